#include "run/life/broken_loop.hpp"

#include <executus/llm/model.hpp>

#include "run/record/recorder.hpp"
#include "run/step/offers.hpp"
#include "run/step/spending.hpp"

namespace executus::run {

void rethrow_what_counts(const std::exception_ptr& problem, const CancelScope& scope) {
  try {
    std::rethrow_exception(problem);
  } catch (const Cancelled&) {
    throw;
  } catch (const StoreUnavailable&) {
    throw;
  } catch (const Error& error) {
    if (scope.cancelled() && outranks_errors(scope.why()->cause)) throw Cancelled(*scope.why());
    if (scope.cancelled()) throw Error(error.kind(), error.code(), error.message());
    throw;
  } catch (...) {
    if (scope.cancelled() && outranks_errors(scope.why()->cause)) throw Cancelled(*scope.why());
    throw;
  }
}

void note_what_broke(Stop& stop, bool callers_cancelled) {
  try {
    throw;
  } catch (const Cancelled& cancelled) {
    stop.cancelled = cancelled.cause();
    if (callers_cancelled && stop.cancelled == Cause::deadline) stop.cancelled = Cause::caller;
    stop.error = cancelled;
  } catch (const StoreUnavailable& away) {
    stop.store_away = true;
    stop.error = away;
  } catch (const SourceUnavailable& away) {
    stop.source_away = true;
    stop.error = away;
  } catch (const BudgetBreach& breach) {
    stop.refused = true;
    stop.parks_for_budget = breach.parks;
    stop.room_at = breach.room_at;
    stop.error = breach;
  } catch (const llm::ModelError& error) {
    stop.model_away = error.failure() != llm::Failure::permanent;
    stop.model_back_in = error.retry_after().value_or(Milliseconds(0));
    stop.error = error;
  } catch (...) {
    stop.error = current_error();
  }
}

}  // namespace executus::run
