#include "mcp/tools/sources.hpp"

#include <map>
#include <utility>

#include <executus/async/task_group.hpp>

#include "mcp/tools/mcp_tool.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

// One server of a run, and what it was found to offer last.
class RunSource final {
 public:
  explicit RunSource(ServerUse use) : use_(std::move(use)) {}

  [[nodiscard]] Task<journal::ToolOffer> ask() {
    auto context = co_await this_task();
    try {
      auto ready = co_await Server::ready(use_.server());
      co_return ready ? offer_of(*ready) : unusable(ready.error());
    } catch (const Error& error) {
      if (context.scope->cancelled()) throw;
      co_return unusable(error);
    }
  }

  // Whether it can offer something else now.
  [[nodiscard]] bool differs_from(const journal::ToolOffer& had) {
    auto ready = use_.server()->now();
    if (!ready) return false;
    const auto offer = offer_of(*ready);
    return offer.tools != had.tools || offer.problem != had.problem;
  }

 private:
  [[nodiscard]] const std::string& name() const { return use_.server()->config().name; }

  [[nodiscard]] journal::ToolOffer unusable(const Error& why) const {
    journal::ToolOffer offer;
    offer.source = name();
    offer.problem = "MCP server '" + name() + "' cannot be used now: " + use_.server()->masked(why.message());
    return offer;
  }

  [[nodiscard]] journal::ToolOffer offer_of(const ReadyServer& ready) {
    if (of_ == ready.tools) return offer_;
    auto made = make_offer(use_.server()->config().rules, ready.opened.version,
                           abilities_from(ready.opened.capabilities, ready.opened.version), *ready.tools);
    if (!made) return unusable(made.error());
    made->server_name = ready.opened.name, made->server_version = ready.opened.server_version;
    offer_ = to_tool_offer(name(), *made);
    of_ = ready.tools;
    return offer_;
  }

  ServerUse use_;
  std::shared_ptr<const std::vector<ListedTool>> of_;  // what offer_ was made of
  journal::ToolOffer offer_;
};

class RunSources final : public OpenSources {
 public:
  void add(const std::string& name, ServerUse use) { sources_.emplace(name, RunSource(std::move(use))); }

  Task<std::vector<journal::ToolOffer>> ask(std::vector<std::string> names) override {
    auto context = co_await this_task();
    std::vector<journal::ToolOffer> offers(names.size());
    TaskGroup asking(context);
    for (std::size_t i = 0; i < names.size(); ++i) asking.spawn(ask_one(names[i], offers[i]));
    co_await asking.join();
    co_return offers;
  }

  std::vector<std::string> changed(const std::vector<journal::ToolOffer>& had) const override {
    std::vector<std::string> names;
    for (const auto& offer : had)
      if (auto found = sources_.find(offer.source); found != sources_.end() && found->second.differs_from(offer))
        names.push_back(offer.source);
    return names;
  }

 private:
  Task<void> ask_one(std::string name, journal::ToolOffer& offer) {
    auto found = sources_.find(name);
    if (found != sources_.end()) {
      offer = co_await found->second.ask();
      co_return;
    }
    offer.source = name;
    offer.problem = "no MCP server '" + name + "' is declared";
  }

  mutable std::map<std::string, RunSource> sources_;
};

class Sources final : public ToolSources {
 public:
  explicit Sources(ServerPool::Parts parts) : pool_(parts) {}

  bool is_source(const json::object& declaration) const override {
    return text_or(declaration, "kind") == kDeclarationKind;
  }

  std::vector<std::string> missing(const json::object& declaration) const override {
    auto config = server_config(declaration);
    return config ? missing_for(*config, pool_.environment()) : std::vector{config.error().message()};
  }

  Result<std::vector<std::shared_ptr<tool::Tool>>> tools(const json::object& declaration,
                                                         const journal::ToolOffer& offer) override {
    std::vector<std::shared_ptr<tool::Tool>> tools;
    auto config = server_config(declaration);
    if (!config) return config.error();
    if (offer.tools.empty()) return tools;
    auto stored = offer_from_json(offer.offer);
    if (!stored) return stored.error();
    for (auto& tool : stored->tools) tools.push_back(std::make_shared<McpTool>(pool_, *config, std::move(tool)));
    return tools;
  }

  std::unique_ptr<OpenSources> open(RunInfo run, std::string root, std::vector<json::object> declarations) override {
    auto sources = std::make_unique<RunSources>();
    for (const auto& declaration : declarations) {
      auto config = std::move(server_config(declaration)).value();
      sources->add(config.name, pool_.use(config, root, run.run.str()));
    }
    return sources;
  }

 private:
  ServerPool pool_;
};

}  // namespace

std::unique_ptr<ToolSources> make_tool_sources(ServerPool::Parts parts) { return std::make_unique<Sources>(parts); }

}  // namespace executus::mcp
