#include <iterator>
#include <utility>

#include <executus/base/digest.hpp>
#include <executus/run/forking.hpp>

#include "run/amend/taken_over.hpp"
#include "run/definition/input_files.hpp"
#include "run/record/replayed.hpp"

namespace executus {
namespace {

constexpr std::size_t kForkPage = 1'000;

Task<std::vector<journal::Entry>> journal_of(journal::JournalStore& store, RunId run) {
  std::vector<journal::Entry> all;
  for (bool last = false; !last;) {
    auto page = co_await store.read(run, all.size(), kForkPage);
    last = page.size() < kForkPage;
    for (auto& entry : page) all.push_back(std::move(entry));
  }
  if (all.empty())
    throw failed("journal.malformed", "run " + run.str() + " has lost its journal, so it cannot be forked");
  co_return all;
}

// What the run began with, when it continues another one.
Task<journal::Checkpoint> before_first(journal::JournalStore& store, const journal::Entry& first) {
  const auto* admitted = std::get_if<journal::Admitted>(&first.payload);
  if (!admitted || !admitted->continues) co_return journal::Checkpoint{};
  journal::Continued base = *admitted->continues;
  auto state = co_await run::replayed(store, base);
  co_return journal::continuing(base.run, state);
}

// Of the first message the images stay, and what is said of files.
void replace_prompt(journal::Admitted& admitted, const std::string& prompt) {
  if (admitted.input.empty()) admitted.input.push_back(llm::user_message(""));
  auto& message = admitted.input.front();
  auto text = run::with_files_block(prompt, run::files_block_of(message.text()));
  std::erase_if(message.parts, [](const llm::Part& part) { return std::holds_alternative<llm::Text>(part); });
  message.parts.insert(message.parts.begin(), llm::Text{std::move(text)});
}

// A run below another one is none in its fork; what the other one delivers, it delivers.
boost::json::object invocation_of_fork(boost::json::object invocation, const RunId& run, int steps) {
  invocation["parent"] = "";
  invocation.erase("ancestors");
  invocation.erase("delivery");
  invocation["forked_from"] = {{"run", run.str()}, {"steps", steps}};
  return invocation;
}

std::string fingerprint_of(const journal::Admitted& admitted, const std::vector<journal::Entry>& entries) {
  std::string all = journal::encode(admitted);
  for (const auto& entry : entries)
    all += '\n' + std::to_string(kind_of(entry.payload)) + journal::encode(entry.payload);
  return sha256_hex(all);
}

journal::Admission admission_of(const journal::RunRow& from, run::TakenOver taken, RunId id, WallTime now) {
  journal::Admission admission;
  admission.id = std::move(id);
  admission.agent = from.agent;
  admission.caller = from.caller;
  admission.continues = from.continues;
  admission.durability = from.durability;
  admission.start = journal::Start::queued;
  admission.forked_from = from.id.str();
  taken.admitted.invocation = invocation_of_fork(std::move(taken.admitted.invocation), from.id, taken.steps);
  admission.fingerprint = fingerprint_of(taken.admitted, taken.entries);
  admission.entry = {1, now, Milliseconds(0), std::move(taken.admitted)};
  admission.taken_over = std::move(taken.entries);
  return admission;
}

Error another_run(const RunId& run) {
  return failed("submission.conflict", "run " + run.str() + " exists already, and is another one; choose another id");
}

Error not_forked(journal::AdmitVerdict verdict, const RunId& run) {
  if (verdict == journal::AdmitVerdict::erased)
    return failed("submission.erased", "run " + run.str() + " existed and was erased; choose another id");
  return another_run(run);
}

// Whether this fork was made before. Throws Error when its id is another run's.
Task<bool> was_made(journal::JournalStore& store, const journal::Admission& fork) {
  auto row = co_await store.find(fork.id);
  if (!row) co_return false;
  auto begins = co_await store.read(fork.id, 0, 1 + fork.taken_over.size());
  const auto* admitted = begins.empty() ? nullptr : std::get_if<journal::Admitted>(&begins.front().payload);
  if (!admitted) throw another_run(fork.id);
  std::vector<journal::Entry> taken(std::next(begins.begin()), begins.end());
  if (fingerprint_of(*admitted, taken) != fork.fingerprint) throw another_run(fork.id);
  co_return true;
}

}  // namespace

Task<Forked> fork_run(const Executor& executor, journal::JournalStore& store, RunId run, ForkOptions options,
                      DryRun dry_run) {
  TaskContext context = co_await this_task();
  const Clock& clock = context.strand->loop().clock();
  auto row = co_await store.find(run);
  if (!row) throw failed("run.unknown", "there is no run '" + run.str() + "' to fork; check the id and the database");
  auto journal = co_await journal_of(store, run);
  auto before = co_await before_first(store, journal.front());
  auto taken = run::taken_over(before, journal, options.at, options.results);
  if (options.prompt) replace_prompt(taken.admitted, *options.prompt);
  if (!options.model.empty()) taken.admitted.agent = executor.with_model(taken.admitted.agent, options.model);
  Forked forked{options.run_id, taken.steps, true, taken.begun_anew};
  bool named = !forked.run.empty();
  if (!named && dry_run == DryRun::no) forked.run = RunId::generate(clock);
  auto admission = admission_of(*row, std::move(taken), forked.run, clock.wall());
  if (named) forked.created = !co_await was_made(store, admission);
  if (dry_run == DryRun::yes) co_return forked;
  if (forked.created) co_await executor.share_files(run, forked.run);
  auto admitted = co_await store.admit(std::move(admission));
  forked.created = admitted.verdict == journal::AdmitVerdict::created;
  if (!forked.created && admitted.verdict != journal::AdmitVerdict::exists)
    throw not_forked(admitted.verdict, forked.run);
  co_return forked;
}

}  // namespace executus
