#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/llm/kit/asked.hpp>
#include <executus/llm/kit/call_assembly.hpp>

#include "base/text.hpp"
#include "llm/answer/told_twice.hpp"

namespace executus::llm {
namespace {

constexpr std::size_t kLongestWord = 64;  // a number, true, null

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  return error == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

bool is_blank(std::string_view text) { return trim(text).empty(); }

std::string words_of_doubt(std::string_view name) {
  return "it cannot be told which pieces belong to its call of '" + std::string(clip(name, 80)) + "'";
}

}  // namespace

CallAssembly::Arguments CallAssembly::arguments_of(std::size_t place) const {
  const auto& call = calls_[place];
  switch (call.scan.state()) {
    case JsonScan::State::blank:
      return call.whole ? Arguments::complete : Arguments::blank;
    case JsonScan::State::whole:
      return Arguments::complete;
    case JsonScan::State::bare:
      return call.said.arguments.size() <= kLongestWord && parse_json(call.said.arguments) ? Arguments::complete
                                                                                           : Arguments::begun;
    case JsonScan::State::open:
      break;
  }
  return call.whole ? Arguments::complete : Arguments::begun;
}

std::size_t CallAssembly::count_unfinished() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < calls_.size(); ++i) count += arguments_of(i) == Arguments::begun;
  return count;
}

std::size_t CallAssembly::begin(CallFragment fragment) {
  overlapped_ = overlapped_ || count_unfinished() > 0;
  auto arguments = std::exchange(fragment.arguments, {});
  calls_.push_back({std::move(fragment), {}, false});
  open_ = calls_.size() - 1;
  extend(open_, arguments);
  return open_;
}

std::size_t CallAssembly::add_whole(CallFragment fragment) {
  auto place = begin(std::move(fragment));
  calls_[place].whole = true;
  return place;
}

void CallAssembly::extend(std::size_t place, std::string_view arguments) {
  auto& call = calls_[place];
  call.said.arguments += arguments;
  (void)call.scan.feed(arguments);
  open_ = place;
  if (!arguments.empty()) pieces_.push_back({{}, call.said.id, call.said.name, std::string(arguments)});
}

bool CallAssembly::says(std::size_t place, std::string_view text) const {
  const auto& said = calls_[place].said.arguments;
  if (said == text) return true;
  auto ours = parse_json(said), theirs = parse_json(text);
  return ours && theirs && same_json(*ours, *theirs);
}

// What is many times shorter is not parsed: the time that a stream takes stays near its length.
bool CallAssembly::says_again(std::size_t place, std::string_view text) const {
  constexpr std::size_t most_white_space = 8;
  return calls_[place].said.arguments.size() <= kLongestWord + most_white_space * text.size() && says(place, text);
}

std::size_t CallAssembly::found_by_id(const CallFragment& fragment) const {
  std::size_t elsewhere = kNone;
  for (std::size_t i = calls_.size(); i-- > 0;) {
    if (fragment.id.empty() || calls_[i].said.id != fragment.id) continue;
    if (calls_[i].said.index == fragment.index) return i;
    if (elsewhere == kNone) elsewhere = i;
  }
  return elsewhere;
}

std::size_t CallAssembly::last_of_index(const std::string& index) const {
  for (std::size_t i = calls_.size(); i-- > 0;)
    if (!index.empty() && calls_[i].said.index == index) return i;
  return kNone;
}

// The first table.
std::size_t CallAssembly::place_of(const CallFragment& fragment) const {
  auto of_index = last_of_index(fragment.index);
  auto of_id = found_by_id(fragment);
  if (!fragment.index.empty() && of_index == kNone) {
    if (!fragment.name.empty()) return kNone;
    return fragment.id.empty() ? open_ : of_id;
  }
  if (of_id != kNone) return of_id;
  return of_index != kNone ? of_index : open_;
}

// The second one.
CallAssembly::Meaning CallAssembly::meaning_of(const CallFragment& fragment, std::size_t place) const {
  using enum Meaning;
  const auto& call = calls_[place].said;
  if (fragment.name.empty()) return goes_on;
  bool both_ids = !call.id.empty() && !fragment.id.empty();
  bool ids_differ = both_ids && call.id != fragment.id;
  bool ids_agree = !call.id.empty() && !ids_differ;
  auto arguments = arguments_of(place);
  if (call.name.empty() && (arguments != Arguments::complete || is_blank(fragment.arguments)))
    return ids_differ ? another : goes_on;
  bool same_name = fragment.name == call.name;
  if (arguments == Arguments::begun) return ids_differ ? another : same_name ? goes_on : unclear;
  bool may_be_a_piece = call.index == fragment.index && (fragment.id.empty() || fragment.id == call.id);
  if (!same_name) return arguments == Arguments::blank && may_be_a_piece ? unclear : another;
  if (arguments == Arguments::blank) return ids_agree ? goes_on : another;
  if (both_ids && ids_agree && says_again(place, fragment.arguments)) return repeats;
  return ids_agree ? repeats_or_another : another;
}

std::size_t CallAssembly::repeated(const CallFragment& fragment) const {
  auto place = place_of(fragment);
  return place != kNone && meaning_of(fragment, place) == Meaning::repeats ? place : kNone;
}

std::size_t CallAssembly::begin_named(CallFragment fragment, Meaning meaning) {
  auto next = begin(std::move(fragment));
  calls_[next].may_be_repeat = meaning == Meaning::repeats_or_another;
  return next;
}

// A piece that no id puts in its place may belong to any call that waits for its arguments there.
void CallAssembly::doubt_others(const CallFragment& fragment, std::size_t place) {
  bool placed_by_id = !fragment.id.empty() && calls_[place].said.id == fragment.id;
  if (placed_by_id || is_blank(fragment.arguments)) return;
  bool index_known = calls_[place].said.index == fragment.index;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    bool same_index = calls_[i].said.index == fragment.index;
    if (i != place && (same_index || !index_known) && arguments_of(i) == Arguments::blank) calls_[i].doubtful = true;
  }
}

void CallAssembly::go_on(std::size_t place, CallFragment fragment) {
  doubt_others(fragment, place);
  auto& call = calls_[place];
  bool has_arguments = !is_blank(fragment.arguments), has_name = !fragment.name.empty() && !call.said.name.empty();
  bool is_its_own = !fragment.id.empty() && fragment.id == call.said.id;
  call.name_comes_again |= has_name && !is_its_own;
  call.name_is_left_out |= !has_name && has_arguments && fragment.name.empty();
  bool contradicts = call.name_comes_again && call.name_is_left_out;
  if (contradicts && unclear_.empty()) unclear_ = words_of_doubt(call.said.name);
  call.exceeded |= arguments_of(place) == Arguments::complete && !is_blank(fragment.arguments);
  if (call.said.id.empty()) call.said.id = std::move(fragment.id);
  if (call.said.name.empty()) call.said.name = std::move(fragment.name);
  extend(place, fragment.arguments);
}

std::size_t CallAssembly::add(CallFragment fragment) {
  auto place = place_of(fragment);
  bool says_nothing = fragment.id.empty() && fragment.name.empty() && is_blank(fragment.arguments);
  if (place == kNone && says_nothing) return kNone;
  ids_come_again_ = ids_come_again_ || found_by_id(fragment) != kNone;
  if (place == kNone) return begin_named(std::move(fragment), Meaning::another);
  auto meaning = meaning_of(fragment, place);
  if (meaning == Meaning::repeats) return place;
  if (meaning == Meaning::another || meaning == Meaning::repeats_or_another)
    return begin_named(std::move(fragment), meaning);
  if (meaning == Meaning::unclear && unclear_.empty()) unclear_ = words_of_doubt(fragment.name);
  go_on(place, std::move(fragment));
  return place;
}

bool CallAssembly::is_repeat(const Call& call) {
  return call.may_be_repeat && call.scan.state() == JsonScan::State::blank;
}

// Whether they have one name, and nothing tells them apart: whichever gets no arguments may have got those of the
// other, or be no call.
bool CallAssembly::may_be_one(const Call& call, const Call& other) const {
  if (call.said.name.empty() || call.said.name != other.said.name) return false;
  bool ids_differ = !call.said.id.empty() && !other.said.id.empty() && call.said.id != other.said.id;
  bool both_blank = call.scan.state() == JsonScan::State::blank && other.scan.state() == JsonScan::State::blank;
  return !ids_differ || (call.said.index == other.said.index && !ids_come_again_ && !both_blank);
}

// Whether `call` has no arguments and it is not known whether it was meant as a call of its own.
bool CallAssembly::is_doubtful(const Call& call) const {
  if (call.whole || call.scan.state() != JsonScan::State::blank || is_repeat(call)) return false;
  auto is_its_other = [&](const Call& other) { return &other != &call && !other.whole && may_be_one(call, other); };
  return call.doubtful || std::ranges::any_of(calls_, is_its_other);
}

std::string CallAssembly::objection(End end) const {
  if (!unclear_.empty()) return unclear_;
  std::size_t named = 0;
  for (const auto& call : calls_) {
    named += !call.said.name.empty();
    if (is_doubtful(call))
      return "it cannot be told whether its call of '" + std::string(clip(call.said.name, 80)) + "' has arguments";
    if (call.exceeded && calls_.size() > 1) return "arguments of one of its tool calls are followed by others";
  }
  if (named > 0 && named < calls_.size()) return "arguments came that belong to none of its tool calls";
  auto unfinished = count_unfinished();
  bool open_is_cut = end == End::cut && open_ != kNone && arguments_of(open_) == Arguments::begun;
  if (overlapped_ && unfinished > (open_is_cut ? 1U : 0U)) return "the pieces of its tool calls do not fit together";
  return {};
}

std::vector<std::size_t> CallAssembly::order() const {
  std::vector<std::size_t> places;
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (is_repeat(calls_[i])) continue;
    places.push_back(i);
    if (auto number = whole_number(calls_[i].said.index)) numbers.push_back(*number);
  }
  bool distinct = numbers.size() == places.size() && std::set(numbers.begin(), numbers.end()).size() == numbers.size();
  if (distinct)
    std::ranges::sort(places, {}, [&](std::size_t place) { return *whole_number(calls_[place].said.index); });
  return places;
}

Result<CallAssembly::Assembled> CallAssembly::finish(End end) && {
  if (auto wrong = objection(end); !wrong.empty()) return failed("model.broken", wrong);
  Assembled assembled;
  assembled.places = order();
  for (auto place : assembled.places) {
    bool never_came = end == End::cut && arguments_of(place) == Arguments::blank;
    auto& said = calls_[place].said;
    if (never_came) said.arguments = kCutArguments;
    assembled.calls.push_back({std::move(said.id), std::move(said.name), std::move(said.arguments)});
  }
  return assembled;
}

}  // namespace executus::llm
