#include "file_store.hpp"

#include <atomic>
#include <cstring>
#include <fstream>
#include <mutex>
#include <sstream>

#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <executus/async/root_group.hpp>
#include <executus/base/json.hpp>
#include <executus/journal/memory_store.hpp>

#include "lines.hpp"

using namespace executus;
using namespace executus::journal;
using namespace lines;

namespace {

// The time in memory: that of the line that is carried out, first or again.
class LineClock final : public Clock {
 public:
  explicit LineClock(const Clock& real) : real_(real) {}
  WallTime wall() const override { return line_.load() == 0 ? real_.wall() : WallTime(Milliseconds(line_.load())); }
  MonoTime mono() const override { return real_.mono(); }
  void stop_at(std::int64_t line) { line_ = line; }

 private:
  const Clock& real_;
  std::atomic<std::int64_t> line_ = 0;
};

class FileStore final : public JournalStore {
 public:
  FileStore(const std::string& path, const Clock& clock) : path_(path), real_(clock), clock_(clock) {
    open_file();
    for (const auto& line : lines()) carry_out_again(line);
    Line line(*this, {{"do", "open"}});  // what the process before this one drove has no worker any more
    runs_ = nullptr;
    runs_ = memory_.open_worker();
  }
  ~FileStore() override { close(file_); }

  Task<AdmitResult> admit(Admission admission) override {
    Line line(*this, {{"do", "admit"}, {"what", to_line(admission)}});
    co_return co_await runs_->admit(std::move(admission));
  }
  Task<Appended> append(Append append) override {
    Line line(*this, {{"do", "append"}, {"what", to_line(append)}});
    co_return co_await runs_->append(std::move(append));
  }
  void append_deferred(Append append) override try {
    Line line(*this, {{"do", "defer"}, {"what", to_line(append)}});
    runs_->append_deferred(std::move(append));
  } catch (const Error&) {
    // The next append finds the gap.
  }
  Task<std::optional<RunRow>> claim(RunId run, std::int64_t epoch) override {
    Line line(*this, {{"do", "claim"}, {"run", run.str()}, {"epoch", epoch}});
    co_return co_await runs_->claim(std::move(run), epoch);
  }
  Task<void> release(RunId run, std::int64_t epoch, Attempt attempt) override {
    Line line(*this, {{"do", "release"}, {"run", run.str()}, {"epoch", epoch}, {"counts", attempt == Attempt::counts}});
    co_await runs_->release(std::move(run), epoch, attempt);
  }
  Task<void> quarantine(RunId run, std::int64_t epoch, std::string reason) override {
    Line line(*this, {{"do", "quarantine"}, {"run", run.str()}, {"epoch", epoch}, {"reason", reason}});
    co_await runs_->quarantine(std::move(run), epoch, std::move(reason));
  }
  Task<bool> lift_quarantine(RunId run) override {
    Line line(*this, {{"do", "lift"}, {"run", run.str()}});
    co_return co_await runs_->lift_quarantine(std::move(run));
  }
  Task<AmendVerdict> amend(Amendment amendment) override {
    Line line(*this, {{"do", "amend"}, {"what", to_line(amendment)}});
    co_return co_await runs_->amend(std::move(amendment));
  }
  Task<bool> take_outgoing(RunId run, std::uint64_t seq, int tries) override {
    Line line(*this, {{"do", "take"}, {"run", run.str()}, {"seq", seq}, {"tries", tries}});
    co_return co_await runs_->take_outgoing(std::move(run), seq, tries);
  }
  Task<void> settle_outgoing(OutgoingTry result) override {
    Line line(*this, {{"do", "settle"}, {"what", to_line(result)}});
    co_await runs_->settle_outgoing(std::move(result));
  }
  Task<std::vector<Outgoing>> outgoing_in(OutgoingState state, std::size_t limit) override {
    return runs_->outgoing_in(state, limit);
  }
  Task<bool> send_again(RunId run) override {
    Line line(*this, {{"do", "send"}, {"run", run.str()}});
    co_return co_await runs_->send_again(std::move(run));
  }
  Task<Erased> erase(RunId run, Erasing how) override {
    if (how == Erasing::only_asked) co_return co_await runs_->erase(std::move(run), how);
    Line line(*this, {{"do", "erase"}, {"run", run.str()}});  // what was written of it before stays in the file
    co_return co_await runs_->erase(std::move(run), how);
  }
  Task<std::uint64_t> size() override { return runs_->size(); }
  Task<PostVerdict> post(RunId run, Command command) override {
    Line line(*this, {{"do", "post"}, {"run", run.str()}, {"kind", command.kind}, {"payload", command.payload}});
    co_return co_await runs_->post(std::move(run), std::move(command));
  }
  Task<Answered> answer(RunId run, std::uint64_t as_of, Command command) override {
    Line line(
        *this,
        {{"do", "answer"}, {"run", run.str()}, {"as_of", as_of}, {"kind", command.kind}, {"payload", command.payload}});
    co_return co_await runs_->answer(std::move(run), as_of, std::move(command));
  }

  void heartbeat() override {}  // the lock on the file is the lease
  MonoTime lease_until() const override { return MonoTime::max(); }
  std::uint64_t lapses() const override { return 0; }

  Task<std::vector<RunRow>> claimable(RunFilter filter) override { return runs_->claimable(std::move(filter)); }
  Task<std::vector<Outgoing>> outgoing_due(std::size_t limit, std::vector<Target> without) override {
    return runs_->outgoing_due(limit, std::move(without));
  }
  Task<std::optional<Outgoing>> outgoing_of(RunId run) override { return runs_->outgoing_of(std::move(run)); }
  Task<std::vector<Command>> inbox(RunId run) override { return runs_->inbox(std::move(run)); }
  Task<std::vector<RunId>> owned_with_commands() override { return runs_->owned_with_commands(); }
  Task<std::optional<RunRow>> find(RunId run) override { return runs_->find(std::move(run)); }
  Task<std::vector<RunRow>> list(RunFilter filter) override { return runs_->list(std::move(filter)); }
  Task<std::vector<Entry>> read(RunId run, std::uint64_t after, std::size_t limit) override {
    return runs_->read(std::move(run), after, limit);
  }
  Task<std::vector<RunId>> undriven(std::vector<RunId> runs) override { return runs_->undriven(std::move(runs)); }
  Task<std::vector<RunRow>> below(RunId run, std::size_t limit) override { return runs_->below(std::move(run), limit); }
  Task<std::vector<RunId>> complete_id(std::string prefix, std::size_t limit) override {
    return runs_->complete_id(std::move(prefix), limit);
  }

 private:
  // Written and synced, or it throws and nothing was changed. The memory never suspends, so the lock is held on one
  // thread.
  struct Line {
    Line(FileStore& s, boost::json::object line) : store(s), lock(s.mutex_) {
      auto now = store.real_.wall().time_since_epoch().count();
      line["at"] = now;
      store.write(write_json(line) + "\n");
      store.clock_.stop_at(now);
    }
    ~Line() { store.clock_.stop_at(0); }
    FileStore& store;
    std::lock_guard<std::mutex> lock;
  };

  [[noreturn]] void fail(const char* code, const std::string& what) const {
    throw Error(ErrorKind::disconnected, code, what + " '" + path_ + "' failed: " + std::strerror(errno));
  }

  void open_file() {
    file_ = open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file_ < 0) fail("store.open", "opening");
    if (flock(file_, LOCK_EX | LOCK_NB) != 0) fail("store.locked", "locking");
  }

  // A last line that was cut was never acknowledged, and is dropped.
  std::vector<boost::json::object> lines() {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    std::vector<boost::json::object> lines;
    for (std::string line; std::getline(text, line) && !text.eof(); size_ += off_t(line.size()) + 1)
      lines.push_back(parse_json(line, kDeepestBody).value().as_object());
    if (ftruncate(file_, size_) != 0) fail("store.open", "cutting");
    return lines;
  }

  void write(const std::string& line) {
    if (broken_) throw failed("store.broken", "'" + path_ + "' failed before; open it again");
    bool written = ::write(file_, line.data(), line.size()) == ssize_t(line.size()) && fdatasync(file_) == 0;
    if (written) return (void)(size_ += off_t(line.size()));
    broken_ = true;
    auto why = errno;
    (void)!ftruncate(file_, size_);
    errno = why;
    fail("store.write", "writing");
  }

  void carry_out_again(const boost::json::object& line) try {
    clock_.stop_at(line.at("at").to_number<std::int64_t>());
    const auto& what = line.at("do").as_string();
    if (what == "open") runs_ = nullptr, runs_ = memory_.open_worker();
    if (what == "admit") (void)now(runs_->admit(admission_of(line.at("what").as_object())));
    if (what == "append") (void)now(runs_->append(append_of(line.at("what").as_object())));
    if (what == "defer") runs_->append_deferred(append_of(line.at("what").as_object()));
    if (what == "claim") (void)now(runs_->claim(run_of(line), epoch_of(line)));
    if (what == "release")
      now(runs_->release(run_of(line), epoch_of(line),
                         line.at("counts").as_bool() ? Attempt::counts : Attempt::does_not_count));
    if (what == "quarantine") now(runs_->quarantine(run_of(line), epoch_of(line), text_of(line, "reason")));
    if (what == "lift") (void)now(runs_->lift_quarantine(run_of(line)));
    if (what == "amend") (void)now(runs_->amend(amendment_of(line.at("what").as_object())));
    if (what == "take")
      (void)now(runs_->take_outgoing(run_of(line), line.at("seq").to_number<std::uint64_t>(),
                                     line.at("tries").to_number<int>()));
    if (what == "settle") now(runs_->settle_outgoing(try_of(line.at("what").as_object())));
    if (what == "send") (void)now(runs_->send_again(run_of(line)));
    if (what == "erase") (void)now(runs_->erase(run_of(line), Erasing::for_good));
    if (what == "post") (void)now(runs_->post(run_of(line), command_of(line)));
    if (what == "answer")
      (void)now(runs_->answer(run_of(line), line.at("as_of").to_number<std::uint64_t>(), command_of(line)));
  } catch (const Error&) {
    // It was refused then, too.
  }

  template <class T>
  T now(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }

  const std::string path_;
  const Clock& real_;
  LineClock clock_;
  MemoryJournal memory_{clock_};
  std::unique_ptr<JournalStore> runs_;
  std::unique_ptr<Loop> loop_ = make_loop(1);
  std::mutex mutex_;
  int file_ = -1;
  off_t size_ = 0;
  bool broken_ = false;
};

}  // namespace

std::shared_ptr<JournalStore> open_file_store(const std::string& path, const Clock& clock) {
  return std::make_shared<FileStore>(path, clock);
}
