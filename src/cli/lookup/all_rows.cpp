#include "cli/lookup/all_rows.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kPage = 1'000;

}  // namespace

void for_each_row(CommandContext& context, journal::RunFilter filter,
                  const std::function<void(journal::RunRow&)>& take) {
  filter.limit = kPage;
  for (;;) {
    auto page = context.runs().list(filter).get();
    if (!page.empty()) filter.after = journal::place_of(page.back());
    for (auto& row : page) take(row);
    if (page.size() < kPage) return;
  }
}

}  // namespace executus::cli
