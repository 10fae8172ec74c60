#include "run/stored_tool.hpp"

#include <algorithm>
#include <utility>

namespace executus::run {
namespace {

class StoredToolAdapter final : public tool::Tool {
 public:
  StoredToolAdapter(std::shared_ptr<tool::Tool> tool, llm::ToolSpec spec)
      : tool_(std::move(tool)), info_(tool_->info()) {
    info_.spec = std::move(spec);
  }
  const tool::ToolInfo& info() const override { return info_; }
  Task<tool::Outcome> call(tool::Call call) override { return tool_->call(std::move(call)); }
  Task<tool::Probe> probe(tool::Call call) override { return tool_->probe(std::move(call)); }
  std::vector<std::string> missing() const override { return tool_->missing(); }

 private:
  std::shared_ptr<tool::Tool> tool_;
  tool::ToolInfo info_;
};

}  // namespace

tool::Toolbox as_stored(const tool::Toolbox& toolbox, const std::vector<StoredTool>& stored) {
  tool::Toolbox all;
  for (const auto& tool : toolbox.tools()) {
    auto known = std::ranges::find(stored, tool->info().spec.name, [](const auto& each) { return each.spec.name; });
    bool same = known == stored.end() || known->spec == tool->info().spec;
    all.add(same ? tool : std::make_shared<StoredToolAdapter>(tool, known->spec));
  }
  return all;
}

}  // namespace executus::run
