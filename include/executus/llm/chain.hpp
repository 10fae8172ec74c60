// Several models as one: the next is asked when the one before cannot answer.
//
// A target that is suspended is passed over; so is one that is not there (model.not_found), cannot take what is in the
// request (model.incapable), refuses it for its size (model.request_too_large, model.image_too_large) or for an image
// that it cannot read (model.image_refused), may not be asked
// for a while (model.held_back), whose account is empty (model.no_credit) or that answers without end
// (model.too_large), none of which is held against it. A transient or unknown failure is reported to Health and the
// target asked once more, unless that suspended it; then the next one is asked. Any other permanent failure ends the
// call: it would be the same elsewhere. When no target is left the error (model.exhausted; one of those three codes
// when that is why, and waiting does not help) lists every target and why. A request may name the target to begin with.
// A chain of one is asked though it was suspended for its failures: there is no other target, and its caller waits and
// repeats.
//
// Text that was shown before an answer broke off is taken back (StreamObserver::on_reset) before a target is asked
// again; by a chain of one it is not, since its caller repeats, and says so.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <executus/base/random.hpp>
#include <executus/llm/health.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

struct ChainPolicy {
  enum class OnPermanent { fail, advance };
  int retries = 1;  // of one target, before the next is asked
  OnPermanent on_permanent = OnPermanent::fail;
  Milliseconds first_wait{500};       // before a retry, doubled with each; up to half as much again
  Milliseconds longest_wait{10'000};  // a server that asks for a longer one is left for the next
};

struct ChainEvent {
  enum class Kind { attempt, failed, suspended, skipped, served };
  Kind kind = Kind::attempt;
  std::string target;
  std::string reason = {};  // of failed, suspended and skipped
};

[[nodiscard]] std::string_view to_string(ChainEvent::Kind kind);

// Called on the strand of the run that asks. What it throws is dropped.
using ChainObserver = std::function<void(const ChainEvent&)>;

struct ChainParts {
  Health& health;  // these outlive the chain
  Random& random;
  ChainPolicy policy = {};
  ChainObserver observer = {};
};

// `models` is not empty. The chain's target and capabilities are those of the first.
[[nodiscard]] std::shared_ptr<Model> make_chain(std::vector<std::shared_ptr<Model>> models, ChainParts parts);

}  // namespace executus::llm
