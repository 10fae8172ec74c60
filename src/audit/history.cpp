#include <iterator>
#include <set>
#include <utility>

#include <executus/audit/history.hpp>

#include "audit/spending_sum.hpp"

namespace executus::audit {
namespace {

constexpr std::size_t kPage = 500;

// The runs that a filter selects, page by page.
class Pages {
 public:
  Pages(RunHistory& history, AuditFilter filter) : history_(history), filter_(std::move(filter)) {
    filter_.page = {kPage, std::nullopt};
  }

  // Empty: there are no more.
  Task<std::vector<AuditRun>> next() {
    std::vector<AuditRun> page;
    if (last_) co_return page;
    page = co_await history_.list(filter_);
    last_ = page.size() < kPage;
    if (!page.empty()) filter_.page.after = place_of(page.back());
    co_return page;
  }

 private:
  RunHistory& history_;
  AuditFilter filter_;
  bool last_ = false;
};

}  // namespace

Task<std::vector<AuditRun>> RunHistory::by_subject(std::string subject, Page page) {
  AuditFilter filter;
  filter.subject = std::move(subject);
  filter.page = page;
  return list(std::move(filter));
}

Task<std::vector<AuditRun>> RunHistory::by_caller(std::string caller, Page page) {
  AuditFilter filter;
  filter.caller = std::move(caller);
  filter.page = page;
  return list(std::move(filter));
}

Task<std::vector<AuditRun>> RunHistory::top_level(Page page) {
  AuditFilter filter;
  filter.level = AuditFilter::Level::top;
  filter.page = page;
  return list(std::move(filter));
}

Task<std::vector<AuditRun>> RunHistory::children(RunId parent, Page page) {
  AuditFilter filter;
  filter.parent = std::move(parent);
  filter.page = page;
  return list(std::move(filter));
}

Task<std::vector<AuditRun>> RunHistory::below(RunId run) {
  AuditFilter filter;
  filter.tree = run;
  Pages pages(*this, std::move(filter));
  std::vector<AuditRun> found;
  for (auto page = co_await pages.next(); !page.empty(); page = co_await pages.next())
    for (auto& each : page)
      if (each.info.run != run) found.push_back(std::move(each));
  co_return found;
}

Task<std::vector<AuditRun>> RunHistory::ancestors(RunId run) {
  std::vector<AuditRun> found;
  std::set<RunId> seen{run};
  auto below = co_await find(std::move(run));
  while (below && !below->info.parent.empty() && seen.insert(below->info.parent).second) {
    below = co_await find(below->info.parent);
    if (below) found.push_back(*below);
  }
  co_return found;
}

Task<std::optional<AuditRun>> RunHistory::last_of(std::string subject) {
  auto newest = co_await by_subject(std::move(subject), Page{1, std::nullopt});
  if (newest.empty()) co_return std::nullopt;
  co_return std::move(newest.front());
}

Task<std::map<std::string, AuditRun>> RunHistory::last_of_each() {
  Pages pages(*this, AuditFilter());
  std::map<std::string, AuditRun> newest;
  for (auto page = co_await pages.next(); !page.empty(); page = co_await pages.next())
    for (auto& run : page) {
      auto subject = subject_of(run.info);
      newest.try_emplace(std::move(subject), std::move(run));
    }
  co_return newest;
}

Task<std::vector<Spending>> RunHistory::spent(AuditFilter filter, By by) {
  Pages pages(*this, std::move(filter));
  SpendingSum sum(by);
  for (auto page = co_await pages.next(); !page.empty(); page = co_await pages.next())
    for (const auto& run : page) sum.add(run);
  co_return std::move(sum).groups();
}

}  // namespace executus::audit
