// Runs that other runs start: what every JournalStore does with them, tested on every implementation like the rest of
// the suite.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/journal_store_suite.hpp"

namespace executus::testing {

class JournalChildrenSuite : public JournalStoreSuite {
 protected:
  // An append to `parent` that calls `children`, each queued.
  journal::Append call(const journal::RunRow& parent, const std::vector<std::string>& children) const {
    auto request = append_to(parent, {response("call")});
    for (const auto& child : children) request.admit.push_back(child_admission(parent.id.str(), child));
    return request;
  }
  journal::AppendVerdict verdict_of(journal::Append request) { return run(store_->append(std::move(request))).verdict; }
  bool is_there(std::string_view run_id) { return run(store_->find(id(run_id))).has_value(); }

  // Lets "r" call `children` and wait for `reason`, without a worker.
  journal::RunRow waiting_parent(const std::vector<std::string>& children, WaitReason reason = WaitReason::child) {
    auto row = admit("r");
    auto request = call(row, children);
    request.entries.push_back({row.last_seq + 2, clock_.wall(), Milliseconds(0), waited(reason)});
    EXPECT_EQ(verdict_of(std::move(request)), journal::AppendVerdict::appended);
    run(store_->release(row.id, row.epoch, journal::Attempt::does_not_count));
    return row;
  }
  journal::RunRow claim(std::string_view run_id) { return run(store_->claim(id(run_id), find(run_id).epoch)).value(); }
  void finish(std::string_view run_id, RunStatus status = RunStatus::ok) { append(claim(run_id), {ended(status)}); }

  std::vector<std::string> listed(journal::RunFilter filter) {
    std::vector<std::string> ids;
    for (const auto& row : run(store_->list(std::move(filter)))) ids.push_back(row.id.str());
    return ids;
  }
  static journal::RunFilter children_of(std::string parent) {
    journal::RunFilter filter;
    filter.parent = std::move(parent);
    return filter;
  }
};

}  // namespace executus::testing
