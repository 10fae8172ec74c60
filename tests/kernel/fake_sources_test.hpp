// Sources of tools for tests: what each offers is set by the test, and changes when the test says so.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include <executus/async/timing.hpp>
#include <executus/base/digest.hpp>
#include <executus/run/tool_sources.hpp>

#include "run/harness_test.hpp"

namespace executus::run {

// A tool as its source has it now. Each call is an effect in the world.
struct FakeTool {
  std::string name;
  std::string description = "Reads.";
  tool::Effect effect = tool::Effect::pure;
  std::string asks_because = {};
};

// The source itself, as a server would be: it outlives the processes that ask it.
struct FakeServer {
  std::vector<FakeTool> tools = {};
  std::string away = {};                   // why it cannot be asked; empty: it can
  std::optional<Milliseconds> takes = {};  // to answer
  int asked = 0;
  std::vector<std::string> calls = {};  // names of tools
};

inline journal::ToolOffer offer_of(const std::string& source, const FakeServer& server) {
  journal::ToolOffer offer;
  offer.source = source;
  offer.problem = server.away;
  if (!server.away.empty()) return offer;
  boost::json::array tools;
  for (const auto& tool : server.tools) {
    auto name = source + "." + tool.name;
    offer.tools.push_back({name, std::string(to_string(tool.effect)), sha256_hex(name + tool.description)});
    tools.push_back(
        boost::json::object{{"name", name}, {"description", tool.description}, {"asks_because", tool.asks_because}});
  }
  offer.offer = {{"tools", std::move(tools)}};
  return offer;
}

class FakeSources final : public ToolSources {
 public:
  explicit FakeSources(World& world) : world_(world) {}

  bool is_source(const boost::json::object& declaration) const override {
    return declaration.contains("kind") && declaration.at("kind") == "fake";
  }
  std::vector<std::string> missing(const boost::json::object&) const override { return lacks; }

  Result<std::vector<std::shared_ptr<tool::Tool>>> tools(const boost::json::object& declaration,
                                                         const journal::ToolOffer& offer) override {
    pass("tools");
    if (unreadable) return failed("fake.unreadable", "the offer cannot be read");
    auto source = std::string(declaration.at("name").as_string());
    std::vector<std::shared_ptr<tool::Tool>> made;
    for (const auto& tool : offer.tools) {
      if (tool.name == withheld) continue;
      auto effect = tool::parse_effect(tool.effect).value();
      auto one = std::make_shared<EffectTool>(tool.name, effect, world_);
      for (const auto& stored : offer.offer.at("tools").as_array())
        if (stored.at("name") == boost::json::value(tool.name)) {
          one->change().spec.description = stored.at("description").as_string().c_str();
          one->change().asks_because = stored.at("asks_because").as_string().c_str();
        }
      one->sees = [this, source, name = tool.name](const tool::Call&) {
        servers[source].calls.push_back(name);
        if (on_call) on_call();
      };
      made.push_back(std::move(one));
    }
    return made;
  }

  std::unique_ptr<OpenSources> open(RunInfo run, std::string root,
                                    std::vector<boost::json::object> declarations) override {
    pass("open");
    opened.push_back(run.run.str() + " " + root + " " + std::to_string(declarations.size()));
    return std::make_unique<Open>(*this);
  }

  std::map<std::string, FakeServer> servers;
  std::vector<std::string> lacks;
  std::vector<std::string> opened;
  std::function<void()> on_call;
  std::function<void()> on_ask;
  std::string broken;  // the method that throws
  bool unreadable = false;
  std::string withheld;  // a tool that no offer is read to have

 private:
  struct Open final : OpenSources {
    explicit Open(FakeSources& owner) : all(owner) {}
    Task<std::vector<journal::ToolOffer>> ask(std::vector<std::string> sources) override {
      all.pass("ask");
      if (all.on_ask) all.on_ask();
      std::vector<journal::ToolOffer> offers;
      for (const auto& source : sources) {
        auto& server = all.servers[source];
        ++server.asked;
        if (server.takes) co_await sleep_for(*server.takes);
        offers.push_back(offer_of(source, server));
      }
      co_return offers;
    }
    // Those that answer now, and otherwise than before.
    std::vector<std::string> changed(const std::vector<journal::ToolOffer>& had) const override {
      all.pass("changed");
      std::vector<std::string> names;
      for (const auto& before : had) {
        const auto& server = all.servers[before.source];
        auto now = offer_of(before.source, server);
        if (server.away.empty() && (now.tools != before.tools || !before.problem.empty()))
          names.push_back(before.source);
      }
      return names;
    }
    FakeSources& all;
  };

  void pass(const std::string& method) const {
    if (broken == method) throw std::runtime_error(method + " is broken");
  }
  World& world_;
};

inline boost::json::object fake_source(const std::string& name, bool required = false) {
  boost::json::object declaration{{"kind", "fake"}, {"name", name}};
  if (required) declaration["required"] = true;
  return declaration;
}

// A run whose agent has a source `fs`, which offers `read`.
template <class Base = Harness>
class SourcedRun : public Base {
 public:
  template <class Answer>
  explicit SourcedRun(Answer answer) : Base(std::move(answer)) {
    sources.servers["fs"].tools = {{"read"}};
    this->agent.declared_tools = {fake_source("fs")};
    this->agent.tools = {"fs.*"};
    this->reconfigure([this](ExecutorConfig& config) { config.ports.tool_sources = &sources; });
  }
  FakeServer& fs() { return sources.servers["fs"]; }
  // Names of the tools in the model's request number `i`.
  std::vector<std::string> offered_to_model(std::size_t i) const {
    std::vector<std::string> names;
    for (const auto& spec : this->model->requests.at(i).tools) names.push_back(spec.name);
    return names;
  }

  FakeSources sources{this->world};
};

}  // namespace executus::run
