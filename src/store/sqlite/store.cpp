#include <utility>

#include <executus/async/of_this_process.hpp>
#include <executus/store/sqlite/database.hpp>

#include "store/sqlite/connection/file_system.hpp"
#include "store/sqlite/connection/wake_file.hpp"
#include "store/sqlite/database_file.hpp"
#include "store/sqlite/open_database.hpp"
#include "store/sqlite/reading_store.hpp"

namespace executus::sqlite {
namespace {

// Calls become work for the writer or queries for the readers; nothing is decided here.
class SqliteStore final : public journal::JournalStore {
 public:
  explicit SqliteStore(SharedDatabase database) : database_(std::move(database)) {}

  Task<journal::AdmitResult> admit(journal::Admission admission) override {
    bool owned = admission.start == journal::Start::owned;
    std::optional<Stray> stray;
    if (owned) stray = Stray{admission.id, 1, journal::Attempt::does_not_count};
    RunId run = admission.id;
    return write(
        std::move(run), owned ? Work::By::worker : Work::By::anyone,
        [submitted = encode(std::move(admission))](JournalWriter& writer) { return writer.admit(submitted); },
        std::move(stray));
  }

  Task<journal::Appended> append(journal::Append append) override {
    return ask(std::make_unique<AppendWork>(encode(append)));
  }

  void append_deferred(journal::Append append) override {
    append.consume.clear();
    append.admit.clear();  // only an awaited append creates children
    append.cancel_children = false;
    append.refuse_when_unread = false;
    try {
      parts().writer.defer(encode(append));
    } catch (const Error&) {
      // The next awaited append finds the gap and reports it.
    }
  }

  Task<std::optional<journal::RunRow>> claim(RunId run, std::int64_t seen_epoch) override {
    Stray stray{run, seen_epoch + 1, journal::Attempt::does_not_count};
    return write(
        run, Work::By::worker, [run, seen_epoch](JournalWriter& writer) { return writer.claim(run, seen_epoch); },
        std::move(stray));
  }

  Task<void> release(RunId run, std::int64_t epoch, journal::Attempt attempt) override {
    Stray stray{run, epoch, attempt};
    return done(write(
        run, Work::By::anyone,
        [run, epoch, attempt](JournalWriter& writer) {
          writer.release(run, epoch, attempt);
          return Nothing{};
        },
        std::move(stray)));
  }

  Task<void> quarantine(RunId run, std::int64_t epoch, std::string reason) override {
    return done(write(run, Work::By::anyone, [run, epoch, reason = std::move(reason)](JournalWriter& writer) {
      writer.quarantine(run, epoch, reason);
      return Nothing{};
    }));
  }

  Task<bool> lift_quarantine(RunId run) override {
    return write(run, Work::By::anyone, [run](JournalWriter& writer) { return writer.lift_quarantine(run); });
  }

  Task<journal::AmendVerdict> amend(journal::Amendment amendment) override {
    RunId run = amendment.run;
    return write(std::move(run), Work::By::anyone,
                 [amendment = encode(amendment)](JournalWriter& writer) { return writer.amend(amendment); });
  }

  Task<void> set_limit(journal::QueueLimit limit) override {
    return done(write(RunId(), Work::By::anyone, [limit = std::move(limit)](JournalWriter& writer) {
      writer.set_limit(limit);
      return Nothing{};
    }));
  }
  Task<std::vector<journal::QueueLimit>> limits() override {
    return parts().readers.run([](JournalReader& reader) { return reader.limits(); });
  }
  Task<std::vector<journal::QueueLoad>> load() override {
    return parts().readers.run(
        [this](JournalReader& reader) { return reader.load(parts().worker.joined_id(), parts().liveness); });
  }
  Task<std::optional<journal::QueueLimit>> limit_on(RunId run) override {
    return parts().readers.run([this, run = std::move(run)](JournalReader& reader) {
      return reader.limit_on(run, parts().worker.joined_id(), parts().liveness);
    });
  }

  void heartbeat() override { parts().worker.heartbeat(); }
  MonoTime lease_until() const override { return parts().worker.lease_until(); }
  std::uint64_t lapses() const override { return parts().worker.lapses(); }

  // A command goes into the run's inbox and not into its journal, so deferred entries need not be written before it.
  Task<journal::PostVerdict> post(RunId run, journal::Command command) override {
    return write(RunId(), Work::By::anyone,
                 [run = std::move(run), command = std::move(command)](JournalWriter& writer) {
                   return writer.post(run, command);
                 });
  }

  Task<journal::Answered> answer(RunId run, std::uint64_t as_of, journal::Command command) override {
    return write(RunId(), Work::By::anyone,
                 [run = std::move(run), as_of, command = std::move(command)](JournalWriter& writer) {
                   return writer.answer(run, as_of, command);
                 });
  }

  Task<journal::Erased> erase(RunId run, journal::Erasing how) override {
    auto begun = write(RunId(), Work::By::anyone,
                       [run = std::move(run), how](JournalWriter& writer) { return writer.erase(run, how); });
    auto told = co_await std::move(begun);
    bool is_more = told.verdict == journal::EraseVerdict::erased && how == journal::Erasing::for_good;
    while (is_more) {
      auto swept = write(RunId(), Work::By::anyone, [](JournalWriter& writer) { return writer.sweep(); });
      is_more = co_await std::move(swept);
    }
    co_return told;
  }
  Task<std::uint64_t> size() override {
    return parts().readers.run([](JournalReader& reader) { return reader.size(); });
  }

  std::unique_ptr<journal::Watch> watch(std::function<void()> told) override {
    return watch_wake_file(parts().path, std::move(told));
  }

  Task<std::vector<journal::Command>> inbox(RunId run) override {
    return parts().readers.run([run = std::move(run)](JournalReader& reader) { return reader.inbox(run); });
  }
  Task<std::vector<RunId>> owned_with_commands() override {
    return parts().readers.run(
        [self = parts().worker.joined_id()](JournalReader& reader) { return reader.owned_with_commands(self); });
  }
  Task<std::vector<journal::RunRow>> claimable(journal::RunFilter filter) override {
    return parts().readers.run([this, filter = std::move(filter)](JournalReader& reader) {
      return reader.claimable(filter, parts().clock.wall(), parts().worker.joined_id(), parts().liveness);
    });
  }
  Task<std::vector<journal::Outgoing>> outgoing_due(std::size_t limit, std::vector<journal::Target> without) override {
    return parts().readers.run([this, limit, without = std::move(without)](JournalReader& reader) {
      return reader.outgoing_due(parts().clock.wall(), limit, without);
    });
  }
  Task<bool> take_outgoing(RunId run, std::uint64_t seq, int tries) override {
    return write(RunId(), Work::By::anyone, [run = std::move(run), seq, tries](JournalWriter& writer) {
      return writer.take_outgoing(run, seq, tries);
    });
  }
  Task<void> settle_outgoing(journal::OutgoingTry result) override {
    return done(write(RunId(), Work::By::anyone, [result = std::move(result)](JournalWriter& writer) {
      writer.settle_outgoing(result);
      return Nothing{};
    }));
  }
  Task<std::optional<journal::Outgoing>> outgoing_of(RunId run) override {
    return parts().readers.run([run = std::move(run)](JournalReader& reader) { return reader.outgoing_of(run); });
  }
  Task<std::vector<journal::Outgoing>> outgoing_in(journal::OutgoingState state, std::size_t limit) override {
    return parts().readers.run([state, limit](JournalReader& reader) { return reader.outgoing_in(state, limit); });
  }
  Task<bool> send_again(RunId run) override {
    return write(RunId(), Work::By::anyone,
                 [run = std::move(run)](JournalWriter& writer) { return writer.send_again(run); });
  }
  Task<std::optional<journal::RunRow>> find(RunId run) override {
    return parts().readers.run([run = std::move(run)](JournalReader& reader) { return reader.find(run); });
  }
  Task<std::vector<journal::RunRow>> list(journal::RunFilter filter) override {
    return parts().readers.run([filter = std::move(filter)](JournalReader& reader) { return reader.list(filter); });
  }
  Task<std::vector<journal::Entry>> read(RunId run, std::uint64_t after, std::size_t limit) override {
    return parts().readers.run(
        [run = std::move(run), after, limit](JournalReader& reader) { return reader.read(run, after, limit); });
  }
  Task<std::vector<RunId>> undriven(std::vector<RunId> runs) override {
    return parts().readers.run([this, runs = std::move(runs)](JournalReader& reader) {
      return reader.undriven(runs, parts().worker.joined_id(), parts().liveness);
    });
  }
  Task<std::vector<journal::RunRow>> below(RunId run, std::size_t limit) override {
    return parts().readers.run(
        [run = std::move(run), limit](JournalReader& reader) { return reader.below(run, limit); });
  }
  Task<std::vector<RunId>> complete_id(std::string prefix, std::size_t limit) override {
    return parts().readers.run(
        [prefix = std::move(prefix), limit](JournalReader& reader) { return reader.complete_id(prefix, limit); });
  }

 private:
  template <class Function, class R = std::invoke_result_t<Function&, JournalWriter&>>
  Task<R> write(RunId run, Work::By by, Function function, std::optional<Stray> stray = std::nullopt) {
    auto work = std::make_unique<Request<R>>(std::move(run), by, std::move(function));
    work->stray = std::move(stray);
    return ask(std::move(work));
  }

  template <class W>
  auto ask(std::unique_ptr<W> work) -> Task<typename W::Answer> {
    return parts().ask(std::move(work));
  }

  static Task<void> done(Task<Nothing> task) { co_await std::move(task); }

  [[nodiscard]] OpenDatabase& parts() const { return **database_; }

  const SharedDatabase database_;
};

}  // namespace

namespace {

// The target of a symbolic link counts: the files beside the database lie beside its target.
std::filesystem::path resolved(const std::filesystem::path& path) {
  std::error_code error;
  auto absolute = std::filesystem::absolute(path, error);
  auto canonical = error ? absolute : std::filesystem::weakly_canonical(absolute, error);
  if (error)
    throw failed("store.cannot_open", "the database " + path.string() + " cannot be reached: " + error.message() +
                                          "; get access to its directory, or choose another file (--db)");
  return canonical;
}

SharedDatabase open_shared(Options options) {
  auto path = resolved(options.path);
  refuse_unsafe_file_system(path, options.file_system);
  auto database = prepare_database(path, options.busy_timeout, options.goes_on);
  const Clock& clock = options.clock ? *options.clock : system_clock();
  return std::make_shared<OfThisProcess<OpenDatabase>>(
      std::make_unique<OpenDatabase>(database, clock, options.deferral, std::move(options.on_commit)));
}

bool is_to_be_read(const Options& options, const std::filesystem::path& path) {
  return options.unwritable == Options::Unwritable::read && !is_writable(path);
}

std::unique_ptr<journal::JournalStore> open_to_read(const std::filesystem::path& path, const Options& options) {
  refuse_unsafe_file_system(path, options.file_system);
  return make_reading_store(path, options.clock ? *options.clock : system_clock(), options.busy_timeout);
}

}  // namespace

std::unique_ptr<journal::JournalStore> open_store(Options options) {
  auto path = resolved(options.path);
  if (!is_to_be_read(options, path)) return std::make_unique<SqliteStore>(open_shared(std::move(options)));
  return open_to_read(path, options);
}

Database::Database(Options options) : path_(resolved(options.path)) {
  if (is_to_be_read(options, path_)) {
    journal_ = open_to_read(path_, options);
  } else {
    shared_ = open_shared(std::move(options));
    journal_ = std::make_shared<SqliteStore>(shared_);
  }
}

const SharedDatabase& Database::shared() const {
  if (shared_) return shared_;
  throw failed("store.read_only", "of the database " + path_.string() +
                                      ", which cannot be written, only runs are read; make the file and its directory "
                                      "writable");
}

}  // namespace executus::sqlite
