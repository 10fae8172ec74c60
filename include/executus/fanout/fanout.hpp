// The same work for each of many items, side by side within bounds.
//
//   auto pages = co_await fanout::run(urls, {.bounds = {.max_concurrent = 8}}, fetch);  // Task<Page> fetch(const Url&)
//   for (auto& page : pages)
//     if (!page) std::cerr << page.error().message() << "\n";
//
// run() returns when every item that began has ended: the values in the order of the items, and in the place of a value
// the Error of its item. Items begin in their order, as far as the bounds allow, and run on the strand of the waiting
// task. When that task is cancelled, items that run are cancelled with it, no further one begins, and the result of
// those is the Cancelled; run() itself throws nothing, so that what was done is not lost.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <executus/async/one_shot.hpp>
#include <executus/async/task.hpp>
#include <executus/async/task_group.hpp>
#include <executus/base/result.hpp>
#include <executus/fanout/order.hpp>

namespace executus::fanout {

// What the first item that fails means for others. collect: nothing. stop: no further one begins; those get the Error
// fanout.not_begun, and what runs goes on to its end.
enum class OnFailure { collect, stop };

template <class Item>
struct Options {
  Bounds bounds = {};
  std::function<std::string(const Item&)> key = {};  // that bounds.per_key means; absent: "" for all
  OnFailure on_failure = OnFailure::collect;
};

namespace detail {

template <class T>
struct ValueOf;
template <class T>
struct ValueOf<Task<T>> {
  using Type = T;
};
template <class Item, class F>
using ValueFor = typename ValueOf<std::invoke_result_t<F&, const Item&>>::Type;

[[nodiscard]] Error not_begun(std::size_t failed, const Error& error);

template <class Item>
std::vector<std::string> keys_of(const std::vector<Item>& items, const Options<Item>& options) {
  std::vector<std::string> keys;
  keys.reserve(items.size());
  for (const auto& item : items) keys.push_back(options.key ? options.key(item) : "");
  return keys;
}

template <class T>
class Progress final {
 public:
  Progress(const std::vector<std::string>& keys, const Bounds& bounds, OnFailure on_failure)
      : order_(keys, bounds), results_(keys.size()), on_failure_(on_failure) {}

  [[nodiscard]] std::optional<std::size_t> next(const CancelScope& scope) {
    if (!why_none_ && scope.cancelled()) why_none_ = Cancelled(*scope.why());
    return why_none_ ? std::nullopt : order_.next();
  }

  void ended(std::size_t item, Result<T> result) {
    if (!result && !why_none_ && on_failure_ == OnFailure::stop) why_none_ = not_begun(item, result.error());
    results_[item].emplace(std::move(result));
    order_.ended(item);
    one_ended_.set();
  }

  [[nodiscard]] bool is_over() const { return order_.running() == 0; }
  void forget_ends() { one_ended_ = {}; }
  [[nodiscard]] auto one_ends() const { return one_ended_.wait_shielded(); }

  [[nodiscard]] std::vector<Result<T>> take_results() {
    std::vector<Result<T>> all;
    all.reserve(results_.size());
    for (auto& result : results_) all.push_back(result ? std::move(*result) : Result<T>(*why_none_));
    return all;
  }

 private:
  Order order_;
  std::vector<std::optional<Result<T>>> results_;
  OnFailure on_failure_;
  std::optional<Error> why_none_;  // why no further item begins
  OneShot<> one_ended_;
};

template <class T, class Item, class F>
Task<void> carry_out(const Item& item, std::size_t number, F& each, Progress<T>& progress) {
  std::optional<Result<T>> result;
  try {
    result.emplace(co_await each(item));
  } catch (...) {
    result.emplace(current_error());
  }
  progress.ended(number, std::move(*result));
}

}  // namespace detail

// `each` is called as each(const Item&) and returns a Task<T> of a value; item and function live until it has ended.
template <class Item, class F>
[[nodiscard]] Task<std::vector<Result<detail::ValueFor<Item, F>>>> run(std::vector<Item> items, Options<Item> options,
                                                                       F each) {
  using T = detail::ValueFor<Item, F>;
  auto context = co_await this_task();
  detail::Progress<T> progress(detail::keys_of(items, options), options.bounds, options.on_failure);
  TaskGroup group(context);
  for (;;) {
    progress.forget_ends();
    while (auto next = progress.next(*context.scope)) {
      group.spawn(detail::carry_out<T>(items[*next], *next, each, progress));
    }
    if (progress.is_over()) break;
    co_await progress.one_ends();
  }
  co_await group.join();
  co_return progress.take_results();
}

}  // namespace executus::fanout
