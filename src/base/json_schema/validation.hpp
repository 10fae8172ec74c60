// Holds a value to a JSON Schema: json_schema.cpp, and a file for the keywords of each kind of value.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/pattern/pattern.hpp"

namespace executus::json_schema {

inline constexpr std::size_t max_findings = 20;

// The parts of a value that its schemas have looked at, for unevaluatedProperties and unevaluatedItems.
struct Evaluated {
  std::set<std::string_view> names;
  std::set<std::size_t> items;

  // Takes what `other` has, and copies none of it. Returns how many parts it had to place: those of the smaller side.
  std::size_t add(Evaluated&& other) { return take(names, other.names) + take(items, other.items); }

 private:
  static std::size_t take(auto& all, auto& more) {
    if (all.size() < more.size()) all.swap(more);
    std::size_t placed = more.size();
    all.merge(more);
    return placed;
  }
};

class Validation {
 public:
  explicit Validation(const boost::json::value& root);

  // Adds what is wrong with `value`, which is at `path`, to `findings`.
  void check(const boost::json::value& schema, const boost::json::value& value, const std::string& path,
             std::vector<std::string>& findings) {
    Evaluated evaluated;
    check(schema, value, path, findings, evaluated);
  }

  // Whether the work was cut off: what was found is not all.
  [[nodiscard]] bool exhausted() const { return exhausted_; }

  // How many parts of values were looked at, apart from the subschemas that they were held to.
  [[nodiscard]] std::size_t looks() const { return looks_; }

 private:
  using Findings = std::vector<std::string>;

  bool enter();
  bool look(std::size_t parts = 1);
  // These add what they look at in `value` to `evaluated`. A schema adds its own when it is done; one that does not
  // hold fails those around it, or is asked with fits().
  void check(const boost::json::value& schema, const boost::json::value& value, const std::string& path,
             Findings& findings, Evaluated& evaluated);
  void check_keywords(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                      Findings& findings, Evaluated& evaluated);
  void check_type(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                  Findings& findings);
  void check_choices(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                     Findings& findings);
  void check_number(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                    Findings& findings);
  void check_string(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                    Findings& findings);
  void check_array(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                   Findings& findings, Evaluated& evaluated);
  void check_items(const boost::json::object& schema, const boost::json::array& list, const std::string& path,
                   Findings& findings, Evaluated& evaluated);
  void check_unique(const boost::json::object& schema, const boost::json::array& list, const std::string& path,
                    Findings& findings);
  void check_contains(const boost::json::object& schema, const boost::json::array& list, const std::string& path,
                      Findings& findings, Evaluated& evaluated);
  void check_object(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                    Findings& findings, Evaluated& evaluated);
  void check_names(const boost::json::object& schema, const boost::json::object& object, const std::string& path,
                   Findings& findings);
  void check_member(const boost::json::object& schema, const boost::json::key_value_pair& member,
                    const std::string& path, Findings& findings, Evaluated& evaluated);
  void check_dependent(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                       Findings& findings, Evaluated& evaluated);
  void check_alternatives(const boost::json::object& schema, std::string_view keyword, const boost::json::value& value,
                          const std::string& path, Findings& findings, Evaluated& evaluated);
  void check_combined(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                      Findings& findings, Evaluated& evaluated);
  void check_condition(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                       Findings& findings, Evaluated& evaluated);
  void check_ref(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                 Findings& findings, Evaluated& evaluated);
  void check_rest(const boost::json::object& schema, const boost::json::value& value, const std::string& path,
                  Findings& findings, Evaluated& evaluated);
  bool fits(const boost::json::value& schema, const boost::json::value& value, const std::string& path, Findings& why,
            Evaluated& evaluated);
  bool fits(const boost::json::value& schema, const boost::json::value& value, const std::string& path) {
    Findings why;
    Evaluated evaluated;
    return fits(schema, value, path, why, evaluated);
  }
  const boost::json::value* target_of(std::string_view ref);
  const Pattern& pattern(std::string_view text);

  static void add(Findings& findings, const std::string& path, const std::string& what) {
    if (findings.size() < max_findings)
      findings.push_back((path.empty() ? "the value" : "'" + path + "'") + ": " + what);
  }

  const boost::json::value& root_;
  bool tracks_;  // whether what is evaluated matters
  std::size_t steps_ = 0;
  std::size_t looks_ = 0;
  int nesting_ = 0;
  bool exhausted_ = false;
  std::vector<std::pair<const boost::json::value*, const boost::json::value*>> open_refs_;
  std::map<std::string, Pattern, std::less<>> patterns_;
  std::map<std::string, const boost::json::value*, std::less<>> refs_;
};

}  // namespace executus::json_schema
