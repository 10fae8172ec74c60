#include "llm/tables/model_table_file.hpp"

#include <utility>

#include "base/yaml/yaml.hpp"

namespace executus::llm {

std::optional<Error> read_model_table(std::string_view yaml, std::string file, ProviderLikeness& like,
                                      const std::function<void(Fields&)>& rows) {
  auto document = parse_yaml(yaml, std::move(file));
  if (!document) return document.error();
  if (document->root().is_null()) return std::nullopt;
  Problems problems;
  read_fields(*document, problems, [&](Fields& fields) {
    for (auto& [provider, other] : fields.string_map("like").value_or(std::map<std::string, std::string>{}))
      like.insert_or_assign(provider, other);
    rows(fields);
  });
  if (problems.has_errors()) return problems.to_error();
  return std::nullopt;
}

void check_row(Fields& fields, std::string_view key, const std::string& row) {
  if (row.find('/') == std::string::npos)
    fields.error(key, "'" + row + "' names no model: write provider/model, or provider/* for all of a provider");
}

}  // namespace executus::llm
