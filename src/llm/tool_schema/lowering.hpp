// Carries the rules for tools' schemas through a schema and those inside it. Pure.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "llm/tool_schema/tool_schema.hpp"

namespace executus::llm {

class Lowering {
 public:
  // Whether a reference that stays means what it meant: not when what it leads to is changed.
  enum class RefsMean { the_same, perhaps_more };

  // `root`: what references lead into; outlives this.
  Lowering(const boost::json::value& root, const ToolSchemaRules& rules, RefsMean refs)
      : root_(root), rules_(rules), refs_(refs) {}

  struct Part {
    boost::json::value schema;
    bool is_exact = true;  // it takes what the original takes; else that and more
  };
  [[nodiscard]] Part of(const boost::json::value& schema);

 private:
  // The keywords of one schema, lowered.
  struct Keywords {
    boost::json::object kept;
    std::set<std::string, std::less<>> widened;  // among them those that are not kept at all
    std::vector<std::string> lost_names;         // of properties
    std::string words;                           // for the model, about what is lost
  };

  Part of_object(const boost::json::object& schema);
  Part inlined(const boost::json::object& schema);
  void take(Keywords& keywords, std::string_view name, const boost::json::value& value);
  void take_schema(Keywords& keywords, std::string_view name, const boost::json::value& schema);
  void take_list(Keywords& keywords, std::string_view name, const boost::json::array& schemas);
  void take_named(Keywords& keywords, std::string_view name, const boost::json::object& schemas);
  void take_values(Keywords& keywords, std::string_view name, const boost::json::array& values);
  static void drop(Keywords& keywords, std::string_view name);
  static void drop_what_would_narrow(Keywords& keywords, const boost::json::object& schema);
  static void forget_lost_names(Keywords& keywords);
  [[nodiscard]] bool takes(std::string_view name) const;

  const boost::json::value& root_;
  const ToolSchemaRules& rules_;
  RefsMean refs_;
  std::vector<std::string> inside_;  // the references that are being inlined
  int depth_ = 0;
  int schemas_ = 0;
};

}  // namespace executus::llm
