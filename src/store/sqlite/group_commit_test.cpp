#include <atomic>
#include <chrono>
#include <future>

#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

using journal::AppendVerdict;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A store whose writer can be held inside a commit, so that what is asked meanwhile queues up.
class GroupCommitTest : public ::testing::Test {
 protected:
  explicit GroupCommitTest(Milliseconds deferral = Milliseconds(50)) {
    Options options{directory_ / "j.db"};
    options.deferral = deferral;
    options.on_commit = [this] {
      ++commits_;
      commits_.notify_all();
      held_.wait(true);
    };
    client_ = std::make_unique<Client>(std::move(options));
  }
  ~GroupCommitTest() override { let_go(); }

  void wait_for_commits(int count) {
    for (int seen = commits_; seen < count; seen = commits_) commits_.wait(seen);
  }
  void let_go() {
    held_ = false;
    held_.notify_all();
  }

  // Holds the writer in the commit of a run of its own, asks for `appends` at once, and lets go when all are queued.
  std::vector<std::string> append_together(std::vector<journal::Append> appends) {
    std::vector<std::string> ends(appends.size());
    RootGroup group(client_->loop());
    held_ = true;
    int before = commits_;
    group.spawn(admit_quietly(client_->store(), "holder-" + std::to_string(before)));
    wait_for_commits(before + 1);
    for (std::size_t i = 0; i < appends.size(); ++i)
      group.spawn(append_one(client_->store(), std::move(appends[i]), ends[i]));
    std::promise<void> all_queued;
    group.spawn(tell(all_queued));
    all_queued.get_future().wait();
    let_go();
    group.join();
    return ends;
  }

  static Task<void> admit_quietly(journal::JournalStore& store, std::string run) {
    (void)co_await store.admit(Client::admission(run));
  }
  static Task<void> append_one(journal::JournalStore& store, journal::Append append, std::string& end) {
    try {
      auto appended = co_await store.append(std::move(append));
      end = appended.verdict == AppendVerdict::appended ? "appended" : "refused";
    } catch (const Error& error) {
      end = error.code();
    }
  }
  static Task<void> tell(std::promise<void>& done) {  // strands of one thread take turns: it comes after the others
    done.set_value();
    co_return;
  }

  TemporaryFolder directory_;
  std::atomic<int> commits_ = 0;
  std::atomic<bool> held_ = false;
  std::unique_ptr<Client> client_;
};

TEST_F(GroupCommitTest, CommitsAllThatIsQueuedTogether) {  // [DUR-19]
  std::vector<journal::Append> appends;
  for (int i = 0; i < 100; ++i) {
    auto run = "r" + std::to_string(i);
    client_->admit(run);
    appends.push_back(Client::append_of(run, 1, "x"));
  }
  int before = commits_;

  EXPECT_THAT(append_together(std::move(appends)), Each("appended"));

  EXPECT_EQ(commits_ - before, 2);  // the one that was held, and one for all hundred
}

TEST_F(GroupCommitTest, ARefusedAppendHarmsNoOther) {  // [DUR-23]
  for (const char* run : {"a", "late", "gap", "unread", "b"}) client_->admit(run);
  client_->run(client_->store().post(Client::id("unread"), {}));
  auto late = Client::append_of("late", 1, "x", 7);
  auto gap = Client::append_of("gap", 5, "x");
  auto unread = Client::append_of("unread", 1, "x");
  unread.refuse_when_unread = true;

  auto ends = append_together({Client::append_of("a", 1, "x"), late, gap, unread, Client::append_of("b", 1, "x")});

  EXPECT_THAT(ends, ElementsAre("appended", "refused", "store.sequence", "refused", "appended"));
  EXPECT_THAT(client_->texts("a"), ElementsAre("x"));
  EXPECT_THAT(client_->texts("b"), ElementsAre("x"));
  for (const char* run : {"late", "gap", "unread"}) EXPECT_THAT(client_->texts(run), IsEmpty());
}

// Deferred entries wait for an append however slow the machine is.
class PatientGroupCommit : public GroupCommitTest {
 protected:
  PatientGroupCommit() : GroupCommitTest(std::chrono::hours(1)) {}
};

TEST_F(PatientGroupCommit, APlainStepCostsOneCommit) {  // [DUR-03]
  client_->admit("r");
  int before = commits_;

  client_->store().append_deferred(Client::append_of("r", 1, "outcome"));
  client_->append("r", 2, "response");

  EXPECT_EQ(commits_ - before, 1);
}

TEST_F(GroupCommitTest, FlushesDeferredEntriesWithoutAnAppend) {
  client_->admit("r");
  int before = commits_;

  client_->store().append_deferred(Client::append_of("r", 1, "outcome"));
  wait_for_commits(before + 1);

  EXPECT_THAT(client_->texts("r"), ElementsAre("outcome"));
}

TEST_F(GroupCommitTest, RefusedWorkIsNoCommit) {
  client_->admit("r");
  int before = commits_;

  EXPECT_EQ(client_->append("r", 1, "x", 7), AppendVerdict::ownership_lost);

  EXPECT_EQ(commits_, before);
}

}  // namespace
}  // namespace executus::sqlite
