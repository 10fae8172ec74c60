#include <array>
#include <span>
#include <string>
#include <vector>

#include <executus/cron/cron.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "cron/calendar.hpp"
#include "cron/field.hpp"

namespace executus::cron {
namespace {

using Last = FieldKind::Last;

// Enough for a list of all values of all fields.
constexpr std::size_t kLongest = 1000;

constexpr std::array<std::string_view, 12> kMonths{"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                                   "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::array<std::string_view, 7> kWeekdays{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

constexpr std::array<FieldKind, 6> kKinds{{{"the second", 0, 59, {}},
                                           {"the minute", 0, 59, {}},
                                           {"the hour", 0, 23, {}},
                                           {"the day of the month", 1, 31, {}, Last::alone},
                                           {"the month", 1, 12, kMonths},
                                           {"the day of the week", 0, 7, kWeekdays, Last::behind_a_value}}};

struct Named {
  std::string_view name, meaning;
};
constexpr std::array<Named, 7> kNamed{{{"@yearly", "0 0 1 1 *"},
                                       {"@annually", "0 0 1 1 *"},
                                       {"@monthly", "0 0 1 * *"},
                                       {"@weekly", "0 0 * * 0"},
                                       {"@daily", "0 0 * * *"},
                                       {"@midnight", "0 0 * * *"},
                                       {"@hourly", "0 * * * *"}}};

struct Word {
  std::size_t offset;
  std::string_view text;
};

std::vector<Word> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  std::vector<Word> words;
  for (auto at = text.find_first_not_of(blanks); at != std::string_view::npos;) {
    auto end = std::min(text.find_first_of(blanks, at), text.size());
    words.push_back({at, text.substr(at, end - at)});
    at = text.find_first_not_of(blanks, end);
  }
  return words;
}

CronFault wrong_count(const std::vector<Word>& words, std::size_t length) {
  std::string expected =
      "expected 5 fields (minute, hour, day of month, month, day of week), or 6 with the second before "
      "them, found ";
  if (words.size() > kKinds.size()) return {words[kKinds.size()].offset, expected + std::to_string(words.size())};
  return {words.empty() ? 0 : length, expected + std::to_string(words.size())};
}

CronFault unknown_name(const Word& word) {
  std::vector<std::string_view> names;
  for (const auto& each : kNamed) names.push_back(each.name);
  std::string message = "'" + repair_utf8(clip(word.text, 40)) + "' is none of ";
  for (auto name : names) message += std::string(name == names.front() ? "" : ", ") + std::string(name);
  if (word.text == "@reboot") return {word.offset, "@reboot is no time; a worker runs what is due when it starts"};
  return {word.offset, message + did_you_mean(word.text, names)};
}

CronFields fields_of(std::span<const FieldValues, 6> read) {
  const auto& [second, minute, hour, day, month, weekday] =
      std::tie(read[0], read[1], read[2], read[3], read[4], read[5]);
  return {.seconds = second.values,
          .minutes = minute.values,
          .hours = hour.values,
          .days = day.values,
          .last_day = day.last,
          .months = month.values,
          .weekdays = weekday.values,
          .last_weekdays = weekday.last,
          .any_minute = minute.begins_with_star,
          .any_hour = hour.begins_with_star,
          .any_day = day.begins_with_star,
          .any_weekday = weekday.begins_with_star};
}

std::variant<CronFields, CronFault> read_fields(const std::vector<Word>& words) {
  std::array<FieldValues, 6> read;
  read[0].values = 1;  // without a field: at second 0
  std::size_t first = kKinds.size() - words.size();
  for (std::size_t i = 0; i < words.size(); ++i) {
    auto field = read_field(words[i].text, kKinds[first + i]);
    if (auto* fault = std::get_if<CronFault>(&field))
      return CronFault{words[i].offset + fault->offset, std::move(fault->message)};
    read[first + i] = std::get<FieldValues>(field);
  }
  return fields_of(read);
}

}  // namespace

std::variant<Cron, CronFault> read_cron(std::string_view text) {
  if (text.size() > kLongest) return CronFault{kLongest, "the expression is too long"};
  auto words = words_of(text);
  if (words.size() == 1 && words[0].text.starts_with('@')) {
    for (const auto& named : kNamed)
      if (equals_ignoring_case(named.name, words[0].text))
        return Cron(std::string(text), std::get<CronFields>(read_fields(words_of(named.meaning))));
    return unknown_name(words[0]);
  }
  if (words.size() != 5 && words.size() != 6) return wrong_count(words, text.size());
  auto fields = read_fields(words);
  if (auto* fault = std::get_if<CronFault>(&fields)) return std::move(*fault);
  if (!ever_comes(std::get<CronFields>(fields)))
    return CronFault{words[words.size() - 3].offset, "no year has such a day: the schedule never comes"};
  return Cron(std::string(text), std::get<CronFields>(fields));
}

Result<Cron> parse_cron(std::string_view text) {
  auto read = read_cron(text);
  if (auto* cron = std::get_if<Cron>(&read)) return std::move(*cron);
  const auto& fault = std::get<CronFault>(read);
  return failed("schedule.cron", "the cron expression '" + repair_utf8(clip(text, 80)) + "' cannot be used: column " +
                                     std::to_string(fault.offset + 1) + ": " + fault.message);
}

}  // namespace executus::cron
