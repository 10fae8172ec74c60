#include <algorithm>
#include <stdexcept>

#include <executus/conformance/journal.hpp>

namespace executus::conformance {

using journal::Admission;
using journal::Admitted;
using journal::AdmitVerdict;
using journal::Append;
using journal::Appended;
using journal::AppendVerdict;
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

std::string_view to_string(Need need) {
  switch (need) {
    case Need::clock:
      return "stores that read the time from the suite's clock";
    case Need::reopening:
      return "a worker that is opened after another one was closed, and finds what that one wrote";
    case Need::several_workers:
      return "several workers at the same time";
    case Need::takeover:
      return "a worker that is presumed dead while it can still write";
  }
  return "";
}

void JournalPlace::presume_dead(JournalStore&, JournalStore&) {
  throw std::logic_error(
      "this place can presume no worker dead, and does not say so: JournalPlace::lacks() names takeover");
}

namespace {

// Of a host that gave its store and nothing else.
class OneStore final : public JournalPlace {
 public:
  OneStore(std::shared_ptr<JournalStore> store, std::vector<Need> lacks)
      : store_(std::move(store)), lacks_(std::move(lacks)) {}
  std::shared_ptr<JournalStore> open_worker() override { return store_; }
  [[nodiscard]] std::vector<Need> lacks() const override { return lacks_; }

 private:
  std::shared_ptr<JournalStore> store_;
  std::vector<Need> lacks_;
};

}  // namespace

std::unique_ptr<JournalPlace> JournalSubject::place_of(std::shared_ptr<JournalStore> store, Time time) {
  std::vector<Need> lacks{Need::reopening, Need::several_workers, Need::takeover};
  if (time == Time::now) lacks.push_back(Need::clock);
  return std::make_unique<OneStore>(std::move(store), std::move(lacks));
}

std::ostream& operator<<(std::ostream& out, const JournalSubject&) { return out << "store"; }

JournalConformance::JournalConformance()
    : place_(GetParam().make(clock_)), store_(place_->open_worker()), lacks_(place_->lacks()) {}

namespace {
void skip_without(Need need) { GTEST_SKIP() << "this test needs " << to_string(need); }
}  // namespace

namespace {
void skip_unlimited() { GTEST_SKIP() << "this store knows no limits of runs"; }
}  // namespace

bool JournalConformance::limited(journal::QueueLimit limit) {
  try {
    run(store_->set_limit(std::move(limit)));
    return true;
  } catch (const Error& error) {
    if (error.code() != "store.no_limits") throw;
  }
  skip_unlimited();
  return false;
}

bool JournalConformance::skipped_without(Need need) const {
  bool lacks = std::ranges::find(lacks_, need) != lacks_.end();
  if (lacks) skip_without(need);
  return lacks;
}

Admission JournalConformance::admission(std::string_view run_id, Start start) const {
  Admission admission;
  admission.id = id(run_id);
  admission.agent = "clerk";
  admission.caller = "ann";
  admission.fingerprint = "agent-and-input";
  admission.start = start;
  admission.entry = {1, clock_.wall(), Milliseconds(0), Admitted{{{"name", "clerk"}}, {}, {llm::user_message("go")}}};
  return admission;
}

Admission JournalConformance::child_admission(std::string_view parent, std::string_view run_id) const {
  auto child = admission(run_id, Start::queued);
  child.parent = std::string(parent);
  return child;
}

RunRow JournalConformance::admit(std::string_view run_id, Start start) {
  auto result = run(store_->admit(admission(run_id, start)));
  EXPECT_EQ(result.verdict, AdmitVerdict::created);
  return result.row;
}

Append JournalConformance::append_to(const RunRow& row, std::vector<Payload> payloads) const {
  Append append;
  append.run = row.id;
  append.epoch = row.epoch;
  append.after = row.last_seq;
  auto seq = row.last_seq;
  for (auto& payload : payloads) append.entries.push_back({++seq, clock_.wall(), Milliseconds(5), std::move(payload)});
  return append;
}

Appended JournalConformance::append(const RunRow& row, std::vector<Payload> payloads) {
  return run(store_->append(append_to(row, std::move(payloads))));
}

journal::AmendVerdict JournalConformance::amend(JournalStore& store, std::string_view run_id, std::uint64_t as_of,
                                                Payload payload) {
  journal::Amendment amendment{id(run_id), as_of, {}};
  amendment.entries.push_back({as_of + 1, clock_.wall(), Milliseconds(5), std::move(payload)});
  return run(store.amend(std::move(amendment)));
}

void JournalConformance::admit_outgoing(std::string_view run_id) {
  auto submitted = admission(run_id);
  submitted.target = {"chat", "42"};
  auto row = run(store_->admit(std::move(submitted))).row;
  EXPECT_EQ(append(row, {ended()}).verdict, AppendVerdict::appended);
}

RunRow JournalConformance::admit_ended(std::string_view run_id) {
  auto row = admit(run_id);
  EXPECT_EQ(append(row, {ended(RunStatus::error)}).verdict, AppendVerdict::appended);
  return row;
}

std::vector<std::string> JournalConformance::kinds(std::string_view run_id) {
  std::vector<std::string> names;
  for (const auto& entry : run(store_->read(id(run_id), 0, 1'000)))
    names.emplace_back(journal::kind_name(journal::kind_of(entry.payload)));
  return names;
}

std::vector<std::string> JournalConformance::claimable(JournalStore& store, RunFilter filter) {
  std::vector<std::string> ids;
  for (const auto& row : run(store.claimable(std::move(filter)))) ids.push_back(row.id.str());
  return ids;
}

std::vector<std::string> JournalConformance::listed(RunFilter filter) {
  std::vector<std::string> ids;
  for (const auto& row : run(store_->list(std::move(filter)))) ids.push_back(row.id.str());
  return ids;
}

std::int64_t JournalConformance::post_signal(std::string_view run_id, std::string name) {
  Command command;
  command.kind = "signal";
  command.payload = {{"name", std::move(name)}, {"payload", 5}};
  EXPECT_EQ(run(store_->post(id(run_id), std::move(command))), PostVerdict::accepted);
  return run(store_->inbox(id(run_id))).back().id;
}

std::int64_t JournalConformance::post(std::string_view run_id, std::string kind) {
  Command command;
  command.kind = std::move(kind);
  EXPECT_EQ(run(store_->post(id(run_id), std::move(command))), PostVerdict::accepted);
  auto inbox = run(store_->inbox(id(run_id)));
  if (inbox.empty()) throw std::logic_error("the command that was posted is not in the inbox");
  return inbox.back().id;
}

Append JournalConformance::call(const RunRow& parent, const std::vector<std::string>& children) const {
  auto request = append_to(parent, {response("call")});
  for (const auto& child : children) request.admit.push_back(child_admission(parent.id.str(), child));
  return request;
}

RunRow JournalConformance::waiting_parent(const std::vector<std::string>& children, WaitReason reason) {
  auto row = admit("r");
  auto request = call(row, children);
  request.entries.push_back({row.last_seq + 2, clock_.wall(), Milliseconds(0), waited(reason)});
  EXPECT_EQ(verdict_of(std::move(request)), AppendVerdict::appended);
  run(store_->release(row.id, row.epoch, journal::Attempt::does_not_count));
  return row;
}

RunFilter JournalConformance::children_of(std::string parent) {
  RunFilter filter;
  filter.parent = std::move(parent);
  return filter;
}

Payload JournalConformance::response(std::string text) {
  Responded entry;
  entry.response.message = llm::assistant_message(std::move(text));
  entry.response.usage = {10, 3, 4, 2, 1};
  entry.response.target = "scripted/a";
  return entry;
}

Payload JournalConformance::steered(std::string text) { return Steered{llm::user_message(std::move(text))}; }
Payload JournalConformance::waited(WaitReason reason, std::optional<WallTime> wake_at,
                                   std::vector<std::string> signals) {
  return Waited{reason, {}, "because", wake_at, std::move(signals)};
}
Payload JournalConformance::ended(RunStatus status) { return Ended{status, "done", "", ""}; }

}  // namespace executus::conformance
