#include <algorithm>

#include <executus/base/digest.hpp>
#include <executus/schedule/job.hpp>

#include "base/ascii.hpp"
#include "base/named.hpp"
#include "schedule/times.hpp"

namespace executus::schedule {
namespace {

constexpr std::size_t kShownOfJob = 28, kDigitsOfHash = 12;  // with the time at most 63 characters: a run id has 64

}  // namespace

std::string_view to_string(Misfire misfire) {
  switch (misfire) {
    case Misfire::run_once:
      return "run_once";
    case Misfire::skip:
      return "skip";
    case Misfire::run_all:
      return "run_all";
  }
  return "";
}

std::string_view to_string(Overlap overlap) {
  switch (overlap) {
    case Overlap::skip:
      return "skip";
    case Overlap::queue:
      return "queue";
    case Overlap::allow:
      return "allow";
  }
  return "";
}

std::optional<Misfire> parse_misfire(std::string_view name) {
  return find_named(name, {Misfire::run_once, Misfire::skip, Misfire::run_all});
}

std::optional<Overlap> parse_overlap(std::string_view name) {
  return find_named(name, {Overlap::skip, Overlap::queue, Overlap::allow});
}

std::optional<WallTime> looks_at(const Job& job) {
  if (!job.next || job.paused) return std::nullopt;
  return std::max(job.fires_at, job.hold_until.value_or(job.fires_at));
}

std::string run_id_of(std::string_view job, WallTime due) {
  std::string id(job.substr(0, kShownOfJob));
  for (char& c : id) c = is_ascii_alphanumeric(c) ? c : '-';
  std::string time = rfc3339(due);
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  if (auto whole = time.find(".000Z"); whole != std::string::npos) time.replace(whole, 5, "Z");
  return id + "-" + sha256_hex(job).substr(0, kDigitsOfHash) + "-" + time;
}

}  // namespace executus::schedule
