#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <executus/async/cancel.hpp>
#include <executus/async/timing.hpp>
#include <executus/llm/chain.hpp>

#include "llm/chain/pacing.hpp"

namespace executus::llm {
namespace {

// What a failure means for the chain. Pure.
enum class Step { retry, advance, advance_without_penalty, stop };

bool is_blameless(const ModelError& error) {
  constexpr std::array<std::string_view, 8> codes{"model.not_found", "model.incapable", "model.no_credit",
                                                  "model.too_large", kRequestTooLarge,  kImageTooLarge,
                                                  kImageRefused,     kHeldBack};
  return std::find(codes.begin(), codes.end(), error.code()) != codes.end();
}

// The pause that a model asked for, when it is too long to be waited for.
std::optional<Milliseconds> long_pause(const ModelError& error, const ChainPolicy& policy) {
  auto pause = error.retry_after();
  return pause && *pause > policy.longest_wait ? pause : std::nullopt;
}

Step step_after(const ModelError& error, const ChainPolicy& policy) {
  if (is_blameless(error)) return Step::advance_without_penalty;
  if (error.failure() == Failure::permanent)
    return policy.on_permanent == ChainPolicy::OnPermanent::fail ? Step::stop : Step::advance_without_penalty;
  return long_pause(error, policy) ? Step::advance : Step::retry;
}

// In a catch block: what a model threw. What is no ModelError becomes one of unknown failure, with the Error's code or
// model.failed; Cancelled is thrown on.
ModelError caught_error(const std::string& target) {
  try {
    throw;
  } catch (const ModelError& error) {
    return error;
  } catch (const Cancelled&) {
    throw;
  } catch (const Error& error) {
    return {Failure::unknown, error.code(), target + " failed: " + error.message()};
  } catch (const std::exception& error) {
    return {Failure::unknown, "model.failed", target + " failed: " + error.what()};
  } catch (...) {
    return {Failure::unknown, "model.failed", target + " failed, and did not say why"};
  }
}

// Why each target did not answer, until one does.
class Exhaustion {
 public:
  void add(const std::string& target, const std::string& why) { lines_ += "\n  " + target + ": " + why; }
  void may_help_in(std::optional<Milliseconds> wait) {
    passes_ = true;
    if (wait && wait->count() > 0) soonest_ = std::min(soonest_.value_or(*wait), *wait);
  }
  void less_may_do(const std::string& code) { refusal_ = code; }
  // A request with less in it may help where waiting does not.
  [[nodiscard]] ModelError error() const {
    return {passes_ ? Failure::transient : Failure::permanent,
            passes_ || refusal_.empty() ? "model.exhausted" : refusal_, "no model of the chain could answer:" + lines_,
            0, soonest_};
  }

 private:
  std::string lines_;
  bool passes_ = false;
  std::string refusal_;
  std::optional<Milliseconds> soonest_;
};

class Chain final : public Model {
 public:
  Chain(std::vector<std::shared_ptr<Model>> models, ChainParts parts)
      : models_(std::move(models)), parts_(std::move(parts)) {}

  Task<Response> generate(Request request, StreamObserver* observer) override {
    return models_.size() == 1 ? ask_only(std::move(request), observer) : ask_each(std::move(request), observer);
  }
  [[nodiscard]] const std::string& target() const override { return models_.front()->target(); }
  [[nodiscard]] Capabilities capabilities() const override { return models_.front()->capabilities(); }

 private:
  enum class Outcome { next, again };

  // Holds no copy of the request while it waits.
  Task<Response> ask_only(Request request, StreamObserver* observer) {
    auto& model = *models_.front();
    if (auto suspension = parts_.health.suspended(model.target()); suspension && suspension->by_hand)
      throw suspended_error(*suspension);
    tell({ChainEvent::Kind::attempt, model.target()});
    auto asked = model.generate(std::move(request), observer);
    request = {};
    try {
      co_return served(model.target(), co_await std::move(asked));
    } catch (const ModelError& error) {
      blame(model.target(), error);
      throw;
    }
  }

  Task<Response> ask_each(Request request, StreamObserver* observer) {
    Exhaustion exhaustion;
    for (const auto& model : in_order(request.begin_with)) {
      if (is_suspended(*model, exhaustion)) continue;
      for (int tries = 0;; ++tries) {
        Milliseconds wait{0};
        try {
          auto asked = model->generate(request, observer);
          tell({ChainEvent::Kind::attempt, model->target()});
          co_return served(model->target(), co_await std::move(asked));
        } catch (...) {
          auto error = caught_error(model->target());
          if (observer) observer->on_reset();
          if (after(error, *model, tries, exhaustion) == Outcome::next) break;
          wait = pause(tries, error.retry_after());
        }
        co_await sleep_for(wait);
      }
    }
    throw exhaustion.error();
  }

  // Theirs, but `first` in front when it is one of them.
  std::vector<std::shared_ptr<Model>> in_order(const std::string& first) const {
    auto models = models_;
    auto found = std::ranges::find(models, first, [](const auto& model) { return model->target(); });
    if (found != models.end()) std::rotate(models.begin(), found, found + 1);
    return models;
  }

  bool is_suspended(const Model& model, Exhaustion& exhaustion) {
    auto suspension = parts_.health.suspended(model.target());
    if (!suspension) return false;
    auto why = words_of(*suspension);
    tell({ChainEvent::Kind::skipped, model.target(), why});
    exhaustion.add(model.target(), why);
    exhaustion.may_help_in(suspension->suspended_for == Milliseconds::max() ? std::nullopt : suspension->suspended_for);
    return true;
  }

  // Throws `error` when it would be the same elsewhere.
  Outcome after(const ModelError& error, const Model& model, int tries, Exhaustion& exhaustion) {
    auto step = step_after(error, parts_.policy);
    bool suspended = blame(model.target(), error);
    if (step == Step::stop) throw error;
    if (step == Step::retry && !suspended && tries < parts_.policy.retries) return Outcome::again;
    exhaustion.add(model.target(), error.message());
    if (less_may_do(error)) exhaustion.less_may_do(error.code());
    if (error.failure() != Failure::permanent) exhaustion.may_help_in(error.retry_after());
    return Outcome::next;
  }

  // True: it is suspended now.
  bool blame(const std::string& target, const ModelError& error) {
    tell({ChainEvent::Kind::failed, target, error.message()});
    if (error.failure() == Failure::permanent || is_blameless(error)) return false;
    if (!parts_.health.failed(target, error.message(), long_pause(error, parts_.policy))) return false;
    tell({ChainEvent::Kind::suspended, target, error.message()});
    return true;
  }

  Response served(const std::string& target, Response response) {
    parts_.health.succeeded(target);
    tell({ChainEvent::Kind::served, target});
    if (response.target.empty()) response.target = target;
    return response;
  }

  Milliseconds pause(int tries, std::optional<Milliseconds> retry_after) {
    auto wait = retry_after.value_or(parts_.policy.first_wait * (1 << std::min(tries, 10)));
    wait = std::min(wait, parts_.policy.longest_wait);
    return wait +
           Milliseconds(static_cast<Milliseconds::rep>(static_cast<double>(wait.count()) / 2 * parts_.random.unit()));
  }

  static std::string words_of(const TargetHealth& suspension) {
    auto text = suspension.by_hand ? std::string("suspended by hand")
                                   : "suspended after " + std::to_string(suspension.failures) +
                                         (suspension.failures == 1 ? " failure" : " failures");
    return suspension.reason.empty() ? text : text + " (" + suspension.reason + ")";
  }
  static ModelError suspended_error(const TargetHealth& suspension) {
    auto wait = suspension.suspended_for == Milliseconds::max() ? std::nullopt : suspension.suspended_for;
    return {Failure::transient, "model.suspended",
            suspension.target + " is " + words_of(suspension) + "; have it asked again with `executus models restore " +
                suspension.target + "`",
            0, wait};
  }

  void tell(const ChainEvent& event) const {
    if (!parts_.observer) return;
    try {
      parts_.observer(event);
    } catch (...) {  // an observer changes nothing
    }
  }

  const std::vector<std::shared_ptr<Model>> models_;
  ChainParts parts_;
};

}  // namespace

std::string_view to_string(ChainEvent::Kind kind) {
  constexpr std::string_view names[] = {"attempt", "failed", "suspended", "skipped", "served"};
  return names[static_cast<std::size_t>(kind)];
}

std::shared_ptr<Model> make_chain(std::vector<std::shared_ptr<Model>> models, ChainParts parts) {
  return std::make_shared<Chain>(std::move(models), std::move(parts));
}

}  // namespace executus::llm
