#include "critic/signs.hpp"

#include <utility>

#include "base/text.hpp"

namespace executus::critic {
namespace {
constexpr std::size_t kSummary = 200;  // characters, as an Activity's
}

std::string summary_of(int iteration, const llm::Response& response) {
  std::string summary = "step " + std::to_string(iteration);
  const char* before = " calls ";
  for (const auto& call : response.message.tool_calls) {
    summary += std::exchange(before, ", ") + call.name;
    if (summary.size() > kSummary) break;
  }
  const std::string said = response.message.text();
  if (!said.empty()) summary.append(": ").append(said, 0, 4 * kSummary);
  return std::string(clip(summary, kSummary));
}

void Signs::add(MonoTime at, Sign::Kind kind, std::string summary) {
  if (capacity_ == 0) return;
  const bool more_progress =
      kind == Sign::Kind::progress && !signs_.empty() && signs_.back().sign.kind == Sign::Kind::progress;
  if (more_progress) signs_.pop_back();
  if (signs_.size() == capacity_) signs_.pop_front();
  signs_.push_back({at, {kind, std::move(summary), Milliseconds{0}}});
}

std::vector<Sign> Signs::at(MonoTime now) const {
  std::vector<Sign> all;
  for (const auto& [at, sign] : signs_) {
    all.push_back(sign);
    all.back().ago = std::chrono::floor<Milliseconds>(now - at);
  }
  return all;
}

}  // namespace executus::critic
