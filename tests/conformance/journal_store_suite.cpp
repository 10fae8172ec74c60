#include "conformance/journal_store_suite.hpp"

namespace executus::testing {

using journal::Admission;
using journal::Admitted;
using journal::AdmitVerdict;
using journal::Append;
using journal::Appended;
using journal::Command;
using journal::Ended;
using journal::JournalStore;
using journal::Payload;
using journal::PostVerdict;
using journal::Responded;
using journal::RunFilter;
using journal::RunRow;
using journal::Start;
using journal::Steered;
using journal::Waited;

Admission JournalStoreSuite::admission(std::string_view run_id, Start start) const {
  Admission admission;
  admission.id = id(run_id);
  admission.agent = "clerk";
  admission.caller = "ann";
  admission.fingerprint = "agent-and-input";
  admission.start = start;
  admission.entry = {1, clock_.wall(), Milliseconds(0), Admitted{{{"name", "clerk"}}, {}, {llm::user_message("go")}}};
  return admission;
}

Admission JournalStoreSuite::child_admission(std::string_view parent, std::string_view run_id) const {
  auto child = admission(run_id, Start::queued);
  child.parent = std::string(parent);
  return child;
}

RunRow JournalStoreSuite::admit(std::string_view run_id, Start start) {
  auto result = run(store_->admit(admission(run_id, start)));
  EXPECT_EQ(result.verdict, AdmitVerdict::created);
  return result.row;
}

Append JournalStoreSuite::append_to(const RunRow& row, std::vector<Payload> payloads) const {
  Append append;
  append.run = row.id;
  append.epoch = row.epoch;
  append.after = row.last_seq;
  auto seq = row.last_seq;
  for (auto& payload : payloads) append.entries.push_back({++seq, clock_.wall(), Milliseconds(5), std::move(payload)});
  return append;
}

Appended JournalStoreSuite::append(const RunRow& row, std::vector<Payload> payloads) {
  return run(store_->append(append_to(row, std::move(payloads))));
}

std::vector<std::string> JournalStoreSuite::kinds(std::string_view run_id) {
  std::vector<std::string> names;
  for (const auto& entry : run(store_->read(id(run_id), 0, 1'000)))
    names.emplace_back(journal::kind_name(journal::kind_of(entry.payload)));
  return names;
}

std::vector<std::string> JournalStoreSuite::claimable(JournalStore& store, RunFilter filter) {
  std::vector<std::string> ids;
  for (const auto& row : run(store.claimable(std::move(filter)))) ids.push_back(row.id.str());
  return ids;
}

std::int64_t JournalStoreSuite::post(std::string_view run_id, std::string kind) {
  Command command;
  command.kind = std::move(kind);
  EXPECT_EQ(run(store_->post(id(run_id), std::move(command))), PostVerdict::accepted);
  return run(store_->inbox(id(run_id))).back().id;
}

Payload JournalStoreSuite::response(std::string text) {
  Responded entry;
  entry.response.message = llm::assistant_message(std::move(text));
  entry.response.usage = {10, 3, 4, 2, 1};
  entry.response.target = "scripted/a";
  return entry;
}

Payload JournalStoreSuite::steered(std::string text) { return Steered{llm::user_message(std::move(text))}; }
Payload JournalStoreSuite::waited(WaitReason reason, std::optional<WallTime> wake_at) {
  return Waited{reason, {}, "because", wake_at};
}
Payload JournalStoreSuite::ended(RunStatus status) { return Ended{status, "done", "", ""}; }

}  // namespace executus::testing
