// Cron expressions: of any bytes they are read or refused at a place that is there; what was read means the same when
// its blanks are others; its next times go on, and each is one that the clock on the wall shows or has left out.
#include <executus/cron/cron.hpp>

#include "fuzz/property.hpp"

namespace executus::fuzz {
namespace {

using namespace cron;

const TimeZone& zone_of(std::size_t size) {
  static const TimeZone zones[] = {TimeZone(), find_time_zone("Europe/Berlin").value(),
                                   find_time_zone("Australia/Lord_Howe").value()};
  return zones[size % 3];
}

// The bit of what the clock shows, in the fields that no change of it can touch.
bool shows_its_second(const CronFields& fields, WallTime time) {
  auto second = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count() % 60;
  return (fields.seconds >> second & 1U) != 0;
}

void check_times(const Cron& cron, WallTime after, const TimeZone& zone) {
  auto first = cron.next(after, zone);
  if (!first) return;  // once in 400 years, as the 29th of February can be a Sunday
  expect(*first > after, "the next time comes after the one before it", cron.text());
  bool fixed = !cron.fields().any_minute && !cron.fields().any_hour;
  expect(fixed || shows_its_second(cron.fields(), *first), "it comes at a second of the expression", cron.text());
  expect(cron.next(*first - Milliseconds(1), zone) == first, "it is the same, asked just before it", cron.text());
  auto between = after + (*first - after) / 2;
  expect(cron.next(between, zone) == first, "nothing comes between", cron.text());
}

void check(std::string_view text) {
  auto read = read_cron(text);
  if (const auto* fault = std::get_if<CronFault>(&read)) {
    expect(fault->offset <= text.size(), "a fault has a place in the expression", std::string(text));
    return expect(!fault->message.empty() && !parse_cron(text).ok(), "a fault is an error");
  }
  const auto& cron = std::get<Cron>(read);
  expect(cron.fields().seconds != 0 && cron.fields().hours != 0 && cron.fields().months != 0,
         "every field has a value");
  auto spaced = std::get_if<Cron>(&read)->text();
  for (char& c : spaced) c = c == ' ' ? '\t' : c;
  expect(parse_cron("  " + spaced).value().fields() == cron.fields(), "blanks mean nothing", spaced);
  WallTime after(Milliseconds(1'743'000'000'000 + static_cast<long>(text.size()) * 86'400'000));  // spring of 2025
  check_times(cron, after, zone_of(text.size()));
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = executus::fuzz::text_of(data, size);
  executus::fuzz::check(text);
  (void)executus::cron::find_time_zone(text);
  return 0;
}
