#include "runtime/agent_file/extended_file.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "base/text_file.hpp"

namespace executus {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t kMostFiles = 32;  // that extend one another

// Reads files upwards, from the one that is asked for to the last base.
class Chain {
 public:
  Chain(const FindBase& find_base, Problems& problems, std::vector<std::string>& files)
      : find_base_(find_base), problems_(problems), looked_at_(files) {}

  bool read(std::string text, std::string path) {
    looked_at_.push_back(path);
    for (;;) {
      if (!add(std::move(text), path)) return false;
      const auto* extends = value_of_extends();
      if (!extends) return true;
      auto base = base_of(*extends);
      if (base.ok() && is_read(*base)) return refuse("'extends' leads in a circle: " + files() + " -> " + *base);
      if (base.ok()) looked_at_.push_back(*base);
      auto read = base.ok() ? read_text_file(*base) : Result<std::string>(base.error());
      if (!read.ok()) return refuse(read.error().message() + way());
      path = *base;
      text = std::move(*read);
    }
  }

  ExtendedFile laid() {
    YamlLayers layers({"/inputs", "/output"});
    for (auto at = documents_.rbegin(); at != documents_.rend(); ++at) lay(layers, *at);
    std::ranges::reverse(texts_);
    return {layers.document(), std::move(texts_), layers.origins()};
  }

 private:
  bool add(std::string text, const std::string& path) {
    std::vector<YamlProblem> found;
    auto document = parse_yaml(text, path, found);
    for (auto& problem : found) problems_.error(path, problem.where, std::move(problem.message));
    if (!document) return false;
    if (!document->root().is_object()) {
      problems_.error(path, document->value_at(""), "expected a map with the keys of an agent");
      return false;
    }
    documents_.push_back(std::move(*document));
    texts_.push_back(std::move(text));
    return true;
  }

  const json::value* value_of_extends() const { return documents_.back().root().get_object().if_contains("extends"); }

  Result<std::string> base_of(const json::value& extends) const {
    if (!extends.is_string() || extends.get_string().empty())
      return failed("config.agent", "'extends' has to be the name of an agent, or a file");
    if (documents_.size() == kMostFiles)
      return failed("config.agent", "more than " + std::to_string(kMostFiles) + " files extend one another");
    return file_of(std::string(extends.get_string()));
  }

  bool is_read(const std::string& path) const {
    return std::ranges::any_of(documents_, [&](const YamlDocument& document) {
      return canonical_path(document.file_at("")) == canonical_path(path);
    });
  }

  Result<std::string> file_of(const std::string& name) const {
    if (names_a_file(name))
      return (fs::path(documents_.back().file_at("")).parent_path() / name).lexically_normal().string();
    if (find_base_) return find_base_(name);
    return failed("config.agent", "no agent '" + std::string(clip(name, 80)) + "' in agents/");
  }

  bool refuse(std::string message) {
    const auto& last = documents_.back();
    problems_.error(last.file_at("/extends"), last.value_at("/extends"), std::move(message));
    return false;
  }

  std::string files() const {
    std::string list;
    for (const auto& document : documents_) list += (list.empty() ? "" : " -> ") + document.file_at("");
    return list;
  }

  // How one came to the last file.
  std::string way() const { return documents_.size() > 1 ? " (extended by way of " + files() + ")" : ""; }

  // What two keys say in turn is said by the higher file alone.
  void lay(YamlLayers& layers, const YamlDocument& document) {
    const auto& map = document.root().get_object();
    layers.drop("name");
    layers.drop("extends");
    if (map.contains("system_prompt") || map.contains("system_prompt_file")) {
      layers.drop("system_prompt");
      layers.drop("system_prompt_file");
    }
    layers.lay(document, problems_);
  }

  const FindBase& find_base_;
  Problems& problems_;
  std::vector<std::string>& looked_at_;
  std::vector<YamlDocument> documents_;
  std::vector<std::string> texts_;
};

}  // namespace

std::optional<ExtendedFile> read_extended(std::string_view text, const std::string& path, const FindBase& find_base,
                                          Problems& problems, std::vector<std::string>& files) {
  Chain chain(find_base, problems, files);
  if (!chain.read(std::string(text), path)) return std::nullopt;
  return chain.laid();
}

bool names_a_file(std::string_view agent) {
  auto extension = fs::path(agent).extension();
  return agent.find('/') != std::string_view::npos || extension == ".yaml" || extension == ".yml";
}

std::string canonical_path(const std::string& path) {
  std::error_code error;
  auto whole = fs::weakly_canonical(path, error);
  return error ? path : whole.string();
}

}  // namespace executus
