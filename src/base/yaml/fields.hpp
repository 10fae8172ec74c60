// A strict reader of YAML maps into C++ values. It reports every problem of a file at once, each with its place, and
// every key that was not asked for.
//
//   Problems problems;
//   Agent agent;
//   read_fields(document, problems, [&](Fields& fields) {
//     agent.name = fields.required_string("name");
//     agent.max_iterations = fields.integer("max_iterations", {.min = 1}).value_or(12);
//     fields.each_object("http_tools", [&](Fields& tool) { agent.http_tools.push_back(read_http_tool(tool)); });
//     fields.object("critic", [&](Fields& critic) { agent.critic.enabled = critic.boolean("enabled").value_or(true);
//     });
//   });
//   if (problems.has_errors()) return problems.to_error();
//
// A getter returns nothing when its key is absent, and also when its value is wrong, after reporting that: code goes on
// with defaults and the caller looks at the problems at the end.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/clock.hpp>

#include "base/yaml/yaml.hpp"

namespace executus {

// What is wrong with one or more files.
class Problems {
 public:
  void error(std::string file, TextPosition where, std::string message);
  void warning(std::string file, TextPosition where, std::string message);

  [[nodiscard]] bool has_errors() const noexcept;

  // "agent.yaml:3:5: error: ..." by file (in order of first mention), line and column.
  [[nodiscard]] std::vector<std::string> lines() const;
  [[nodiscard]] std::vector<std::string> errors() const;    // of lines(), these
  [[nodiscard]] std::vector<std::string> warnings() const;  // and these

  // All errors, a line each. Precondition: has_errors().
  [[nodiscard]] Error to_error() const;  // config.invalid

 private:
  struct Problem {
    std::string file;
    TextPosition where;
    std::string message;
    bool fatal;
  };
  [[nodiscard]] std::vector<const Problem*> sorted() const;
  [[nodiscard]] static std::string line_of(const Problem& problem);
  std::vector<Problem> problems_;
};

struct IntegerRange {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

class Fields {
 public:
  using Read = std::function<void(Fields&)>;
  template <class E>
  using Choices = std::initializer_list<std::pair<std::string_view, E>>;

  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  [[nodiscard]] std::optional<std::string> string(std::string_view key);
  [[nodiscard]] std::string required_string(std::string_view key);  // neither missing nor empty; "" after a report
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view key, IntegerRange range = {});
  [[nodiscard]] std::optional<double> number(std::string_view key);
  [[nodiscard]] std::optional<bool> boolean(std::string_view key);
  [[nodiscard]] std::optional<Milliseconds> duration(std::string_view key);
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key);
  [[nodiscard]] std::optional<std::map<std::string, std::string>> string_map(std::string_view key);

  // A map taken as it is, such as a JSON Schema.
  [[nodiscard]] std::optional<boost::json::object> json_object(std::string_view key);

  // One of the words: fields.choice<OnInDoubt>("on_in_doubt", {{"park", OnInDoubt::park}, ...}).
  template <class E>
  [[nodiscard]] std::optional<E> choice(std::string_view key, Choices<E> choices) {
    std::vector<std::string_view> words;
    for (const auto& each : choices) words.push_back(each.first);
    std::optional<std::size_t> index = word(key, words);
    return index ? std::optional<E>((choices.begin() + *index)->second) : std::nullopt;
  }

  // Calls `read` with the map at `key`, or with each map of the list there; false when the key is absent.
  bool object(std::string_view key, const Read& read);
  bool each_object(std::string_view key, const Read& read);

  // A list of maps and of names, which stand for what is said elsewhere.
  bool each_object_or_name(std::string_view key, const Read& read,
                           const std::function<void(std::size_t index, const std::string& name)>& named);

  // For a map whose keys are free names: `read` gets each name with the map under it.
  bool each_named(std::string_view key, const std::function<void(const std::string& name, Fields&)>& read);

  // The value as it is, for fields of more than one form; nullptr when absent. The key counts as asked for.
  [[nodiscard]] const boost::json::value* raw(std::string_view key);

  // Whether the key is there. It does not count as asked for.
  [[nodiscard]] bool has(std::string_view key) const;

  // Reports at the value of `key` (at element `index` of the list there); at this map when there is no such key.
  void error(std::string_view key, std::string message);
  void error(std::string_view key, std::size_t index, std::string message);
  void error(std::string_view key, std::string_view member, std::string message);  // at the key `member` of the map
  void warning(std::string_view key, std::string message);

  // The same at what the JSON pointer `below` leads to in the value of `key`.
  void error_below(std::string_view key, std::string_view below, std::string message);
  void warning_below(std::string_view key, std::string_view below, std::string message);

  // Reports that `key` has to be given.
  void missing(std::string_view key);

  // Where this map stands in its document.
  [[nodiscard]] const std::string& pointer() const noexcept { return pointer_; }
  [[nodiscard]] const YamlDocument& document() const noexcept { return document_; }

 private:
  friend void read_fields(const YamlDocument&, Problems&, const Read&);

  Fields(const YamlDocument& document, Problems& problems, const boost::json::object& map, std::string pointer)
      : document_(document), problems_(problems), map_(map), pointer_(std::move(pointer)) {}

  static void read_value(const YamlDocument& document, Problems& problems, const boost::json::value& value,
                         const std::string& pointer, const Read& read);
  void report_unknown() const;
  void wrong(std::string_view key, std::string_view expected, const boost::json::value& found);
  void wrong_at(const std::string& pointer, const std::string& name, std::string_view expected,
                const boost::json::value& found);
  [[nodiscard]] std::optional<std::size_t> word(std::string_view key, const std::vector<std::string_view>& words);

  const YamlDocument& document_;
  Problems& problems_;
  const boost::json::object& map_;
  std::string pointer_;
  std::vector<std::string> asked_;
};

// Calls `read` with the root map of `document`, then reports the keys it did not ask for. A root that is no map is an
// error and `read` is not called.
void read_fields(const YamlDocument& document, Problems& problems, const Fields::Read& read);

}  // namespace executus
