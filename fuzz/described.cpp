// Structs as JSON: the schema that is derived from one and the reader of it agree on every value.
#include <boost/json.hpp>

#include <executus/base/described.hpp>
#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "fuzz/property.hpp"

namespace executus::fuzz {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Point {
  std::int8_t x = 0;
  std::uint32_t y = 0;
};
BOOST_DESCRIBE_STRUCT(Point, (), (x, y))

struct Everything {
  bool flag = false;
  std::int64_t count = 0;
  std::uint64_t size = 0;
  double share = 0;
  float ratio = 0;
  std::string name;
  Colour colour = Colour::red;
  std::vector<Point> points;
  std::optional<Colour> other;
  std::optional<std::vector<std::optional<std::string>>> notes;
  boost::json::value any;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (flag, count, size, share, ratio, name, colour, points, other, notes, any))

namespace {

// All that a schema does not say.
bool is_of_range(const Error& error) {
  return error.message().find("expected an integer from") != std::string::npos ||
         error.message().find("expected a number from") != std::string::npos;
}

template <class T>
void check_type(const boost::json::value& value) {
  static const boost::json::value schema = json_schema_of<T>();
  auto findings = validate(schema, value);
  auto read = from_json<T>(value);
  if (!read) {
    expect(read.error().code() == "json.field", "an error of a field has the code of one");
    return expect(!findings.empty() || is_of_range(read.error()), "what fits the schema can be read",
                  read.error().message());
  }
  expect(findings.empty(), "what can be read fits the schema", canonical_json(value));
  auto written = to_json(*read);
  auto again = from_json<T>(written);
  expect(again.ok() && canonical_json(to_json(*again)) == canonical_json(written), "what is written is read the same",
         canonical_json(written));
  expect(validate(schema, written).empty(), "what is written fits the schema", canonical_json(written));
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto value = parse_json(text_of(data, size));
  if (!value) return 0;
  check_type<Everything>(*value);
  check_type<std::vector<Point>>(*value);
  check_type<std::vector<float>>(*value);
  check_type<std::optional<double>>(*value);
  return 0;
}
