#include "cron/field.hpp"

#include <optional>
#include <string>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::cron {
namespace {

using Last = FieldKind::Last;

std::string shown(std::string_view text) { return "'" + repair_utf8(clip(text, 40)) + "'"; }

// Reads a field from the left. A fault is thrown: it ends the reading of the whole expression.
class FieldReader {
 public:
  FieldReader(std::string_view text, const FieldKind& kind) : text_(text), kind_(kind) {}

  FieldValues read() {
    FieldValues field{.begins_with_star = text_.front() == '*'};
    do read_item(field);
    while (take(','));
    if (!ended()) fault(at_, "expected ',' or the end of " + name() + ", found " + shown(text_.substr(at_, 1)));
    return field;
  }

 private:
  struct Range {
    int from, to;
  };

  void read_item(FieldValues& field) {
    if (is_last_alone()) return static_cast<void>((at_ += 1, field.last |= 1));
    auto begin = at_;
    bool star = take('*');
    Range range = star ? whole() : read_range();
    if (!star && kind_.last == Last::behind_a_value && range.from == range.to && take_letter('l'))
      return static_cast<void>(field.last |= bit(range.from));
    bool is_one = !star && text_.substr(begin, at_ - begin).find('-') == std::string_view::npos;
    int step = take('/') ? read_step() : 0;
    if (step > 0 && is_one) range.to = kind_.max;
    for (int value = range.from; value <= range.to; value += step > 0 ? step : 1) field.values |= bit(value);
  }

  // Sunday may be written 7.
  [[nodiscard]] Values bit(int value) const { return Values{1} << (is_weekday() ? value % 7 : value); }
  [[nodiscard]] bool is_weekday() const { return kind_.last == Last::behind_a_value; }
  [[nodiscard]] Range whole() const { return {kind_.min, is_weekday() ? 6 : kind_.max}; }

  Range read_range() {
    auto begin = at_;
    int from = read_value();
    if (!take('-')) return {from, from};
    auto end = at_;
    int to = read_value();
    if (is_weekday() && to == 0 && from > 0 && !is_ascii_digit(text_[end])) to = 7;  // FRI-SUN
    if (from > to)
      fault(begin,
            "the range " + shown(text_.substr(begin, at_ - begin)) + " runs backwards; write two, with ',' between");
    return {from, to};
  }

  int read_value() {
    auto begin = at_;
    if (ended()) fault(at_, "a value of " + name() + " is missing here");
    if (is_ascii_letter(text_[at_])) return read_word();
    auto number = read_number();
    if (!number)
      fault(begin, "expected a value of " + name() + ", found " + shown(text_.substr(begin)) + hint(text_[begin]));
    if (*number < kind_.min || *number > kind_.max)
      fault(begin, shown(text_.substr(begin, at_ - begin)) + " is not in " + std::to_string(kind_.min) + "-" +
                       std::to_string(kind_.max) + ", the values of " + name());
    return *number;
  }

  int read_word() {
    auto begin = at_;
    while (!ended() && is_ascii_letter(text_[at_]) && at_ < begin + 3) ++at_;
    auto word = text_.substr(begin, at_ - begin);
    for (std::size_t i = 0; i < kind_.words.size(); ++i)
      if (equals_ignoring_case(word, kind_.words[i])) return kind_.min + static_cast<int>(i);
    while (!ended() && is_ascii_letter(text_[at_])) ++at_;
    word = text_.substr(begin, at_ - begin);
    fault(begin, shown(word) + " is no value of " + name() + about_word(word));
  }

  [[nodiscard]] std::string about_word(std::string_view word) const {
    if (equals_ignoring_case(word, "L") && is_weekday()) return "; the last Friday of a month is 5L";
    if (equals_ignoring_case(word, "W")) return ": 'W', the nearest working day, is not supported";
    if (kind_.last == Last::alone) return "; it takes numbers, or L for the last";
    if (kind_.words.empty()) return "; it takes numbers";
    return "; its names have three letters: " + std::string(kind_.words.front()) + " to " +
           std::string(kind_.words.back());
  }

  static std::string hint(char c) {
    if (c == '?') return "; write '*' for any";
    return "";
  }

  int read_step() {
    auto begin = at_;
    auto step = read_number();
    if (!step || *step == 0) fault(begin, "a step is a number from 1 on, found " + shown(text_.substr(begin)));
    int count = whole().to - whole().from + 1;
    if (*step > count)
      fault(begin, "a step of " + shown(text_.substr(begin, at_ - begin)) + " is more than " + name() +
                       " has values; a step begins anew with each of the next larger unit");
    return *step;
  }

  // Of any length; what is too large is more than every field allows.
  std::optional<int> read_number() {
    if (ended() || !is_ascii_digit(text_[at_])) return std::nullopt;
    int number = 0;
    for (; !ended() && is_ascii_digit(text_[at_]); ++at_) number = std::min(number * 10 + (text_[at_] - '0'), 10'000);
    return number;
  }

  [[nodiscard]] bool is_last_alone() const {
    return kind_.last == Last::alone && !ended() && lowered(text_[at_]) == 'l' &&
           (at_ + 1 == text_.size() || text_[at_ + 1] == ',');
  }

  [[nodiscard]] bool ended() const { return at_ == text_.size(); }
  bool take(char c) { return !ended() && text_[at_] == c && ++at_ > 0; }
  bool take_letter(char c) { return !ended() && lowered(text_[at_]) == c && ++at_ > 0; }
  [[nodiscard]] std::string name() const { return std::string(kind_.name); }
  [[noreturn]] static void fault(std::size_t offset, std::string message) {
    throw CronFault{offset, std::move(message)};
  }

  std::string_view text_;
  const FieldKind& kind_;
  std::size_t at_ = 0;
};

}  // namespace

std::variant<FieldValues, CronFault> read_field(std::string_view text, const FieldKind& kind) {
  try {
    return FieldReader(text, kind).read();
  } catch (CronFault& fault) {
    return std::move(fault);
  }
}

}  // namespace executus::cron
