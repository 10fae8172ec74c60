#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/base/described.hpp>
#include <executus/base/json.hpp>

namespace executus {
namespace shop {

BOOST_DEFINE_ENUM_CLASS(Currency, eur, usd)

struct Item {
  std::string name;
  std::int32_t amount = 0;
};
BOOST_DESCRIBE_STRUCT(Item, (), (name, amount))

struct Order {
  std::vector<Item> items;
  Currency currency = Currency::eur;
  std::optional<Currency> shown_in;
  std::optional<std::string> note;
  std::optional<Item> gift;
  double discount = 0;
  bool urgent = false;
  std::uint8_t priority = 0;
};
BOOST_DESCRIBE_STRUCT(Order, (), (items, currency, shown_in, note, gift, discount, urgent, priority))

constexpr std::string_view describe_field(std::type_identity<Order>, std::string_view field) {
  return field == "discount" ? "From 0 to 1." : "";
}

struct Free {
  boost::json::value anything;
};
BOOST_DESCRIBE_STRUCT(Free, (), (anything))

struct Rush : Item {
  bool today = false;
};
BOOST_DESCRIBE_STRUCT(Rush, (Item), (today))

struct Tree {
  std::vector<Tree> branches;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (branches))

struct Forest {
  std::optional<Tree> first;
};
BOOST_DESCRIBE_STRUCT(Forest, (), (first))

}  // namespace shop
namespace {

using shop::Order;

constexpr char order_text[] =
    R"({"items":[{"name":"tea","amount":2}],"currency":"usd","discount":0.5,"urgent":true,"priority":9})";

boost::json::value order_with(std::string_view key, boost::json::value value) {
  auto order = parse_json(order_text).value();
  order.as_object()[key] = std::move(value);
  return order;
}

template <class T>
std::string failure(const boost::json::value& value) {
  auto result = from_json<T>(value);
  return result ? "no error" : result.error().message();
}

TEST(JsonSchemaOf, ClosesObjectsAndRequiresAllButOptionals) {  // [LLM-28]
  EXPECT_EQ(canonical_json(json_schema_of<Order>()), canonical_json(parse_json(R"({
    "type": "object",
    "additionalProperties": false,
    "required": ["items", "currency", "discount", "urgent", "priority"],
    "properties": {
      "items": {"type": "array", "items": {
        "type": "object", "additionalProperties": false, "required": ["name", "amount"],
        "properties": {"name": {"type": "string"}, "amount": {"type": "integer"}}}},
      "currency": {"type": "string", "enum": ["eur", "usd"]},
      "shown_in": {"type": ["string", "null"], "enum": ["eur", "usd", null]},
      "note": {"type": ["string", "null"]},
      "gift": {"type": ["object", "null"], "additionalProperties": false, "required": ["name", "amount"],
        "properties": {"name": {"type": "string"}, "amount": {"type": "integer"}}},
      "discount": {"type": "number", "description": "From 0 to 1."},
      "urgent": {"type": "boolean"},
      "priority": {"type": "integer", "minimum": 0}
    }})")
                                                                        .value()));
}

TEST(JsonSchemaOf, KeepsTheOrderOfTheFields) {  // models fill fields in the order they read them
  boost::json::object schema = json_schema_of<shop::Item>();
  std::vector<std::string> names;
  for (const auto& member : schema["properties"].as_object()) names.emplace_back(member.key());
  EXPECT_EQ(names, (std::vector<std::string>{"name", "amount"}));
}

TEST(JsonSchemaOf, RefusesRecursionWhereItIsCompiled) {  // [LLM-28]
  static_assert(described::recursive<shop::Tree>());
  static_assert(described::recursive<std::vector<shop::Forest>>());
  static_assert(!described::recursive<Order>());
}

TEST(FromJson, ReadsRecursiveStructs) {
  auto tree = from_json<shop::Tree>(parse_json(R"({"branches":[{"branches":[]},{"branches":[]}]})").value());
  EXPECT_EQ(tree.value().branches.size(), 2u);
}

TEST(JsonSchemaOf, TakesInheritedFieldsAndAnything) {
  EXPECT_TRUE(json_schema_of<shop::Rush>()["properties"].as_object().contains("amount"));
  EXPECT_EQ(canonical_json(json_schema_of<shop::Free>()["properties"]), R"({"anything":{}})");
}

TEST(FromJson, ReadsWhatToJsonWrote) {
  auto order = from_json<Order>(parse_json(order_text).value()).value();

  EXPECT_EQ(order.items.at(0).amount, 2);
  EXPECT_EQ(order.currency, shop::Currency::usd);
  EXPECT_FALSE(order.note);
  EXPECT_EQ(canonical_json(to_json(order)), canonical_json(parse_json(order_text).value()));
}

TEST(FromJson, TakesNullAndAbsenceForNoValue) {
  EXPECT_FALSE(from_json<Order>(order_with("note", nullptr)).value().note);
  EXPECT_EQ(from_json<Order>(order_with("note", "hi")).value().note, "hi");
}

TEST(FromJson, NamesTheFieldByItsPath) {
  auto order = parse_json(order_text).value();
  order.at("items").as_array().push_back({{"name", "milk"}, {"amount", "two"}});
  EXPECT_EQ(failure<Order>(order), "field 'items[1].amount': expected an integer, got a string");
  EXPECT_EQ(failure<std::vector<int>>(parse_json("[1,null]").value()), "field '[1]': expected an integer, got null");
  EXPECT_EQ(failure<Order>(boost::json::value("x")), "the value: expected an object, got a string");
}

TEST(FromJson, NamesMissingAndUnknownFields) {
  auto order = parse_json(order_text).value();
  order.as_object().erase("urgent");
  EXPECT_EQ(failure<Order>(order), "field 'urgent': missing; it is required");
  EXPECT_EQ(failure<Order>(order_with("curency", "eur")), "field 'curency': unknown field; did you mean 'currency'?");
  EXPECT_EQ(failure<Order>(order_with("zzz", 1)), "field 'zzz': unknown field");
}

TEST(FromJson, NamesTheChoicesOfAnEnum) {
  EXPECT_EQ(failure<Order>(order_with("currency", "gbp")), "field 'currency': expected one of 'eur', 'usd', got 'gbp'");
  EXPECT_EQ(failure<Order>(order_with("currency", 1)),
            "field 'currency': expected one of 'eur', 'usd', got an integer");
}

TEST(FromJson, RefusesIntegersThatDoNotFit) {
  EXPECT_EQ(failure<Order>(order_with("priority", 256)),
            "field 'priority': expected an integer from 0 to 255, got 256");
  EXPECT_EQ(failure<Order>(order_with("priority", -1)), "field 'priority': expected an integer from 0 to 255, got -1");
  EXPECT_EQ(failure<std::int64_t>(parse_json("9223372036854775808").value()),
            "the value: expected an integer from -9223372036854775808 to 9223372036854775807, got 9223372036854775808");
  EXPECT_EQ(from_json<std::int64_t>(std::numeric_limits<std::int64_t>::min()).value(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(from_json<std::int64_t>(-0x1p63).value(), std::numeric_limits<std::int64_t>::min());
}

TEST(FromJson, RefusesNumbersThatDoNotFit) {
  EXPECT_EQ(failure<float>(1e39),
            "the value: expected a number from -3.4028234663852886e+38 to 3.4028234663852886e+38, got 1e+39");
  EXPECT_EQ(from_json<float>(-0.5).value(), -0.5F);
  EXPECT_EQ(from_json<double>(1e39).value(), 1e39);
}

TEST(FromJson, TakesAWholeDoubleForAnIntegerAndNoOther) {
  EXPECT_EQ(from_json<int>(3.0).value(), 3);
  EXPECT_FALSE(from_json<int>(3.5));
  EXPECT_FALSE(from_json<std::int64_t>(1e30));
  EXPECT_FALSE(from_json<std::uint64_t>(1e30));
}

TEST(FromJson, NeverTakesOneKindForAnother) {
  EXPECT_FALSE(from_json<bool>(1));
  EXPECT_FALSE(from_json<std::string>(1));
  EXPECT_FALSE(from_json<double>("1"));
  EXPECT_TRUE(from_json<double>(1));
  EXPECT_FALSE(from_json<std::vector<int>>(boost::json::object{}));
}

TEST(ToJson, RefusesWhatJsonCannotSay) { EXPECT_THROW((void)to_json(std::numeric_limits<double>::infinity()), Error); }

TEST(ToJson, WritesEmptyOptionalsInListsAsNull) {
  std::vector<std::optional<int>> list{1, std::nullopt};
  EXPECT_EQ(canonical_json(to_json(list)), "[1,null]");
}

}  // namespace
}  // namespace executus
