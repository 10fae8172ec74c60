#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/llm/cassette.hpp>

#include "base/text.hpp"
#include "llm/cassette/cassette_file.hpp"
#include "llm/cassette/json_difference.hpp"

namespace executus::llm {
namespace {

std::size_t common_messages(const boost::json::value& a, const boost::json::value& b) {
  const auto* of_a = a.get_object().if_contains("messages");
  const auto* of_b = b.get_object().if_contains("messages");
  if (!of_a || !of_b || !of_a->is_array() || !of_b->is_array()) return 0;
  auto ends = std::ranges::mismatch(of_a->get_array(), of_b->get_array());
  return static_cast<std::size_t>(ends.in1 - of_a->get_array().begin());
}

// What a cassette holds, and what of it was given out.
class Tape final {
 public:
  explicit Tape(const std::filesystem::path& file) : path_(file.string()) {
    for (auto& [number, line] : read_cassette(file)) {
      if (auto* found = std::get_if<Resolution>(&line)) {
        by_target_.insert_or_assign(found->target, *found);
        by_name_.insert_or_assign(found->spec, *found);
        by_name_.insert_or_assign(found->name, std::move(*found));
      } else {
        add(number, std::move(std::get<Exchange>(line)));
      }
    }
  }

  // Throws the ModelError that was recorded, or cassette.mismatch.
  Response answer(const std::string& target, const Request& request) {
    auto asked = request_json(request);
    std::lock_guard lock(mutex_);
    auto found = places_.find(key_of(target, asked));
    if (found == places_.end() || found->second.next == found->second.exchanges.size())
      throw mismatch(target, asked, found == places_.end() ? 0 : found->second.exchanges.size());
    auto& recorded = exchanges_[found->second.exchanges[found->second.next++]];
    recorded.used = true;
    if (const auto* error = std::get_if<ModelError>(&recorded.exchange.answer)) throw ModelError(*error);
    return std::get<Response>(recorded.exchange.answer);
  }

  [[nodiscard]] const Resolution* by_name(std::string_view name) const { return find(by_name_, name); }
  [[nodiscard]] const Resolution* by_target(std::string_view target) const { return find(by_target_, target); }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& [name, found] : by_name_) all.push_back(name);
    return all;
  }
  [[nodiscard]] std::vector<std::string> targets() const {
    std::vector<std::string> all;
    for (const auto& [target, found] : by_target_) all.push_back(target);
    return all;
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  using Resolutions = std::map<std::string, Resolution, std::less<>>;
  struct Recorded {
    std::size_t line = 0;
    Exchange exchange;
    bool used = false;
  };
  struct Place {
    std::vector<std::size_t> exchanges;  // equal requests, in order
    std::size_t next = 0;
  };

  static const Resolution* find(const Resolutions& all, std::string_view key) {
    auto found = all.find(key);
    return found == all.end() ? nullptr : &found->second;
  }
  static std::string key_of(const std::string& target, const boost::json::value& request) {
    return target + "\n" + canonical_json(request);
  }

  void add(std::size_t line, Exchange exchange) {
    places_[key_of(exchange.target, exchange.request)].exchanges.push_back(exchanges_.size());
    exchanges_.push_back({line, std::move(exchange)});
  }

  // The recorded request that was most likely meant: not given out yet, with the most messages in common.
  [[nodiscard]] const Recorded* nearest(const std::string& target, const boost::json::value& asked) const {
    const Recorded* best = nullptr;
    std::size_t most = 0;
    for (const auto& recorded : exchanges_) {
      if (recorded.used || recorded.exchange.target != target) continue;
      auto common = common_messages(recorded.exchange.request, asked);
      if (best && common <= most) continue;
      best = &recorded;
      most = common;
    }
    return best;
  }

  [[nodiscard]] ModelError mismatch(const std::string& target, const boost::json::value& asked,
                                    std::size_t given_out) const {
    const std::string remedy =
        "; make the run the same again (agent, inputs, tools and what they read), or record it anew";
    std::string what = "the cassette " + path_ + " has no answer of " + target + " to this request";
    const auto* meant = nearest(target, asked);
    if (given_out > 0)
      what += ": it was recorded " + std::to_string(given_out) + " times and asked once more";
    else if (!meant)
      what += ": all its answers were given";
    else if (auto where = first_difference(meant->exchange.request, asked))
      what += ", which differs from line " + std::to_string(meant->line) + " at " + where->path + ": recorded " +
              where->before + ", now " + where->now;
    return {Failure::permanent, "cassette.mismatch", what + remedy};
  }

  std::string path_;
  Resolutions by_name_;  // and by spec
  Resolutions by_target_;
  std::mutex mutex_;
  std::vector<Recorded> exchanges_;
  std::map<std::string, Place> places_;
};

class ReplayingModel final : public Model {
 public:
  ReplayingModel(std::shared_ptr<Tape> tape, std::string target, Capabilities capabilities)
      : tape_(std::move(tape)), target_(std::move(target)), capabilities_(std::move(capabilities)) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    auto response = tape_->answer(target_, request);
    if (auto text = response.message.text(); observer && !text.empty()) observer->on_text(text);
    if (!request.keep_raw) response.raw = nullptr;
    co_return response;
  }
  [[nodiscard]] const std::string& target() const override { return target_; }
  [[nodiscard]] Capabilities capabilities() const override { return capabilities_; }

 private:
  std::shared_ptr<Tape> tape_;
  std::string target_;
  Capabilities capabilities_;
};

std::shared_ptr<Model> replayed(const std::shared_ptr<Tape>& tape, const Resolution& found) {
  return std::make_shared<ReplayingModel>(tape, found.target, found.capabilities);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
  return list.empty() ? "nothing" : list;
}

class ReplayingResolver final : public ModelResolver {
 public:
  explicit ReplayingResolver(const std::filesystem::path& file) : tape_(std::make_shared<Tape>(file)) {}

  Result<ResolvedModel> resolve(std::string_view name) override {
    const auto* found = tape_->by_name(name);
    if (!found)
      return failed("cassette.name", "the cassette " + tape_->path() + " has no model '" + std::string(name) +
                                         "'; recorded were " + quoted_list(tape_->names()));
    ResolvedModel resolved;
    resolved.model = replayed(tape_, *found);
    resolved.spec = found->spec;
    resolved.context_tokens = found->context_tokens;
    return resolved;
  }

  // Nothing is bought.
  std::optional<NanoDollars> cost(std::string_view, const Usage&, WallTime) override { return NanoDollars{}; }

 private:
  std::shared_ptr<Tape> tape_;
};

}  // namespace

std::shared_ptr<Model> replaying(const std::filesystem::path& file, const std::string& target) {
  auto tape = std::make_shared<Tape>(file);
  auto targets = tape->targets();
  const auto* found = tape->by_target(target.empty() && targets.size() == 1 ? targets.front() : target);
  if (found) return replayed(tape, *found);
  throw failed("cassette.target", "the cassette " + tape->path() + " has " +
                                      (target.empty() ? "not one model" : "no model '" + target + "'") +
                                      "; recorded were " + quoted_list(targets));
}

std::unique_ptr<ModelResolver> replay_from(const std::filesystem::path& file) {
  return std::make_unique<ReplayingResolver>(file);
}

}  // namespace executus::llm
