#include <csignal>
#include <fstream>
#include <future>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <executus/llm/cassette.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

#include "llm/model_error_test.hpp"

namespace executus::llm {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Answers from a list, whatever is asked; an empty text is a busy provider.
class TapedModel final : public Model {
 public:
  explicit TapedModel(std::vector<std::string> answers, std::string target = "lab/m")
      : answers_(std::move(answers)), target_(std::move(target)) {}
  Task<Response> generate(Request, StreamObserver* observer) override {
    auto text = answers_.at(next_++);
    if (text.empty()) throw ModelError(Failure::transient, "model.overloaded", "lab/m is busy", 429, Milliseconds(7));
    if (observer)
      for (char letter : text) observer->on_text(std::string(1, letter));
    Response response;
    response.message = assistant_message(text);
    response.target = target_;
    co_return response;
  }
  const std::string& target() const override { return target_; }
  Capabilities capabilities() const override { return {.max_images = 3}; }

 private:
  std::vector<std::string> answers_;
  std::size_t next_ = 0;
  std::string target_;
};

class OneTaped final : public ModelResolver {
 public:
  Result<ResolvedModel> resolve(std::string_view name) override {
    if (name == "nobody") return failed("model.unknown", "there is no 'nobody'");
    ResolvedModel found;
    found.model = model;
    found.spec = "lab/m?effort=low";
    found.context_tokens = 1'000;
    return found;
  }
  std::shared_ptr<Model> model = std::make_shared<TapedModel>(std::vector<std::string>{"one", "two"});
};

struct TapeShown final : StreamObserver {
  void on_text(std::string_view delta) override { pieces.emplace_back(delta); }
  void on_reset() override {}
  std::vector<std::string> pieces;
};

// Files of this process grow no further.
class FileSizeLimit final {
 public:
  explicit FileSizeLimit(std::uintmax_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
  void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

Request saying(std::vector<std::string> texts) {
  Request request;
  request.system = "Be brief.";
  for (std::size_t i = 0; i < texts.size(); ++i)
    request.messages.push_back(i % 2 == 0 ? user_message(texts[i]) : assistant_message(texts[i]));
  return request;
}

class CassetteTest : public ::testing::Test {
 protected:
  std::string ask(Model& model, Request request, StreamObserver* observer = nullptr) {
    return loop_.run(model.generate(std::move(request), observer)).message.text();
  }
  ModelError error_of(Model& model, Request request) {
    return error_in([&] { return ask(model, std::move(request)); });
  }
  // Records what `answers` come for `requests`.
  void record(std::vector<std::string> answers, std::vector<Request> requests) {
    auto model = recording(std::make_shared<TapedModel>(std::move(answers)), file_);
    for (auto& request : requests) {
      try {
        (void)ask(*model, std::move(request));
      } catch (const ModelError&) {
      }
    }
  }
  void write(const std::string& text) const { std::ofstream(file_, std::ios::app | std::ios::binary) << text; }
  std::string error_code(const std::function<void()>& act) {
    try {
      act();
    } catch (const Error& error) {
      message_ = error.message();
      return error.code();
    }
    return "";
  }

  testing::ManualLoop loop_;
  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.jsonl";
  std::string message_;
};

TEST_F(CassetteTest, ReplaysAConversation) {  // [LLM-10]
  record({"one", "two"}, {saying({"Hi"}), saying({"Hi", "one", "more"})});

  auto model = replaying(file_);

  EXPECT_EQ(model->target(), "lab/m");
  EXPECT_EQ(model->capabilities().max_images, 3);
  EXPECT_EQ(ask(*model, saying({"Hi"})), "one");
  EXPECT_EQ(ask(*model, saying({"Hi", "one", "more"})), "two");
}

TEST_F(CassetteTest, AnotherProcessGoesOnInTheMiddle) {  // [LLM-10]
  record({"one", "two"}, {saying({"Hi"}), saying({"Hi", "one", "more"})});

  EXPECT_EQ(ask(*replaying(file_), saying({"Hi", "one", "more"})), "two");
}

TEST_F(CassetteTest, ARecoveryRecordsIntoTheSameFile) {  // [LLM-10]
  record({"one"}, {saying({"Hi"})});
  record({"two"}, {saying({"Hi", "one", "more"})});

  auto model = replaying(file_);

  EXPECT_EQ(ask(*model, saying({"Hi"})), "one");
  EXPECT_EQ(ask(*model, saying({"Hi", "one", "more"})), "two");
}

TEST_F(CassetteTest, EqualRequestsAreAnsweredInTheirOrder) {  // [LLM-10]
  record({"first", "second"}, {saying({"Hi"}), saying({"Hi"})});

  auto model = replaying(file_);

  EXPECT_EQ(ask(*model, saying({"Hi"})), "first");
  EXPECT_EQ(ask(*model, saying({"Hi"})), "second");
  auto error = error_of(*model, saying({"Hi"}));
  EXPECT_EQ(error.code(), "cassette.mismatch");
  EXPECT_THAT(error.message(), HasSubstr("recorded 2 times and asked once more"));
}

TEST_F(CassetteTest, FailsAtTheFirstRequestThatDiffers) {  // [LLM-10]
  record({"one", "two"}, {saying({"Hi"}), saying({"Hi", "one", "the file says 41"})});
  auto model = replaying(file_);
  (void)ask(*model, saying({"Hi"}));

  auto error = error_of(*model, saying({"Hi", "one", "the file says 42"}));

  EXPECT_EQ(error.code(), "cassette.mismatch");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(),
              AllOf(HasSubstr(file_.string()), HasSubstr("line 3"), HasSubstr("/messages/2/parts/0/text"),
                    HasSubstr("says 41\""), HasSubstr("says 42\"")));
}

TEST_F(CassetteTest, ComparesWithTheConversationThatWasMeant) {
  record({"a", "b"}, {saying({"Tea?"}), saying({"Coffee?", "yes", "black"})});

  auto error = error_of(*replaying(file_), saying({"Coffee?", "yes", "white"}));

  EXPECT_THAT(error.message(), AllOf(HasSubstr("\"black\""), HasSubstr("\"white\"")));
}

TEST_F(CassetteTest, FailsWhenNothingIsLeft) {
  record({"one"}, {saying({"Hi"})});
  auto model = replaying(file_);
  (void)ask(*model, saying({"Hi"}));

  EXPECT_THAT(error_of(*model, saying({"Bye"})).message(), HasSubstr("all its answers were given"));
}

TEST_F(CassetteTest, ErrorsComeAgain) {  // [LLM-10]
  record({"", "one"}, {saying({"Hi"}), saying({"Hi"})});
  auto model = replaying(file_);

  auto error = error_of(*model, saying({"Hi"}));

  EXPECT_EQ(error.code() + ": " + error.message(), "model.overloaded: lab/m is busy");
  EXPECT_EQ(error.failure(), Failure::transient);
  EXPECT_EQ(error.retry_after(), Milliseconds(7));
  EXPECT_EQ(ask(*model, saying({"Hi"})), "one");
}

TEST_F(CassetteTest, StreamsAreReplayedAsText) {  // [LLM-05] [LLM-10]
  TapeShown live;
  TapeShown replayed;
  (void)ask(*recording(std::make_shared<TapedModel>(std::vector<std::string>{"abc"}), file_), saying({"Hi"}), &live);

  (void)ask(*replaying(file_), saying({"Hi"}), &replayed);

  EXPECT_THAT(live.pieces, ElementsAre("a", "b", "c"));
  EXPECT_THAT(replayed.pieces, ElementsAre("abc"));
}

TEST_F(CassetteTest, AnAnswerIsInTheFileBeforeItsCallerHasIt) {
  auto model = recording(std::make_shared<TapedModel>(std::vector<std::string>{"one", "two"}), file_);
  (void)ask(*model, saying({"Hi"}));  // and `model` still has the file open

  EXPECT_EQ(ask(*replaying(file_), saying({"Hi"})), "one");
}

TEST_F(CassetteTest, ManyRunsMayRecordIntoOneFile) {  // [LLM-10]
  constexpr int kRuns = 8;
  constexpr int kCalls = 50;
  std::vector<std::thread> runs;
  for (int run = 0; run < kRuns; ++run)
    runs.emplace_back([this, run] {
      auto name = std::to_string(run);
      auto model = recording(std::make_shared<TapedModel>(std::vector<std::string>(kCalls, name)), file_);
      testing::ManualLoop loop;
      for (int call = 0; call < kCalls; ++call)
        (void)loop.run(model->generate(saying({name + "/" + std::to_string(call)}), nullptr));
    });
  for (auto& run : runs) run.join();

  auto model = replaying(file_);

  for (int run = 0; run < kRuns; ++run)
    for (int call = 0; call < kCalls; ++call)
      EXPECT_EQ(ask(*model, saying({std::to_string(run) + "/" + std::to_string(call)})), std::to_string(run));
}

// A program that is in the middle of writing a line.
class HalfWritten final {
 public:
  HalfWritten(const std::filesystem::path& file, const std::string& line)
      : file_(::open(file.c_str(), O_WRONLY | O_APPEND)), rest_(line.substr(line.size() / 2)) {
    ::flock(file_, LOCK_EX);
    put(line.substr(0, line.size() / 2));
  }
  ~HalfWritten() {
    put(rest_);
    ::close(file_);  // and with it goes the lock
  }
  HalfWritten(const HalfWritten&) = delete;
  HalfWritten& operator=(const HalfWritten&) = delete;

 private:
  void put(const std::string& text) const {
    EXPECT_EQ(::write(file_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  int file_;
  std::string rest_;
};

// Whether a thread of this process waits for a lock of `file`; Linux lists such waits with "->".
bool is_waited_for(const std::filesystem::path& file) {
  struct stat found{};
  ::stat(file.c_str(), &found);
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);)
    if (line.find("->") != std::string::npos &&
        line.find(":" + std::to_string(found.st_ino) + " ") != std::string::npos)
      return true;
  return false;
}

// Runs `open` while another program has written half of a line, and lets that finish once `open` waits for it.
template <typename Open>
std::string opened_beside_a_writer(const std::filesystem::path& file, const std::string& line, Open open) {
  std::promise<std::string> answer;
  auto result = answer.get_future();
  std::thread opener;
  {
    HalfWritten other(file, line);
    opener = std::thread([&] {
      try {
        open();
        answer.set_value("opened");
      } catch (const Error& error) {
        answer.set_value(error.code());
      }
    });
    auto bound = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (result.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout && !is_waited_for(file) &&
           std::chrono::steady_clock::now() < bound) {
    }
  }
  opener.join();
  return result.get();
}

TEST_F(CassetteTest, ALineThatIsBeingWrittenIsNotCutOff) {  // [LLM-10]
  record({"one"}, {saying({"Hi"})});
  std::ifstream recorded(file_);
  std::string line(std::istreambuf_iterator<char>(recorded), {});

  EXPECT_EQ(opened_beside_a_writer(file_, line, [this] { record({"two"}, {saying({"Ho"})}); }), "opened");
  EXPECT_EQ(opened_beside_a_writer(file_, line, [this] { (void)replaying(file_); }), "opened");
  EXPECT_EQ(ask(*replaying(file_), saying({"Ho"})), "two");
}

TEST_F(CassetteTest, HalfAnAnswerIsTakenBack) {
  auto model = recording(std::make_shared<TapedModel>(std::vector<std::string>{"one", "two"}), file_);
  {
    FileSizeLimit full(std::filesystem::file_size(file_) + 10);
    EXPECT_EQ(error_of(*model, saying({"Hi"})).code(), "cassette.io");
  }

  EXPECT_EQ(ask(*model, saying({"Hi"})), "two");
  EXPECT_EQ(ask(*replaying(file_), saying({"Hi"})), "two");
}

TEST_F(CassetteTest, AnAnswerThatCannotBeWrittenEndsTheRun) {
  auto model = recording(std::make_shared<TapedModel>(std::vector<std::string>{"one"}), file_);
  FileSizeLimit full(std::filesystem::file_size(file_));

  auto error = error_of(*model, saying({"Hi"}));

  EXPECT_EQ(error.code(), "cassette.io");
  EXPECT_EQ(error.failure(), Failure::permanent);
  EXPECT_THAT(error.message(), AllOf(HasSubstr("lab/m"), HasSubstr(file_.string())));
}

TEST_F(CassetteTest, ResolvesNamesAndSpecsAsTheyWereResolved) {  // [LLM-10]
  OneTaped models;
  auto recorder = record_all(models, file_);
  (void)ask(*recorder->resolve("fast").value().model, saying({"Hi"}));
  EXPECT_EQ(recorder->resolve("nobody").error().code(), "model.unknown");

  auto player = replay_from(file_);
  auto by_name = player->resolve("fast").value();
  auto by_spec = player->resolve("lab/m?effort=low").value();

  EXPECT_EQ(by_name.spec, "lab/m?effort=low");
  EXPECT_EQ(by_name.context_tokens, 1'000);
  EXPECT_EQ(by_name.model->capabilities().max_images, 3);
  EXPECT_EQ(ask(*by_spec.model, saying({"Hi"})), "one");
  EXPECT_EQ(error_of(*by_name.model, saying({"Hi"})).code(), "cassette.mismatch");  // one tape for all of its models
  auto unknown = player->resolve("slow");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), "cassette.name");
  EXPECT_THAT(unknown.error().message(), AllOf(HasSubstr("'slow'"), HasSubstr("'fast'")));
}

TEST_F(CassetteTest, RefusesFilesItCannotUse) {
  OneTaped nobody;
  EXPECT_EQ(error_code([&] { (void)replaying(folder_ / "none"); }), "cassette.io");
  EXPECT_EQ(error_code([&] { (void)replaying(folder_.path()); }), "cassette.io");
  EXPECT_EQ(error_code([&] { (void)record_all(nobody, folder_ / "no" / "folder"); }), "cassette.io");
  record({"one"}, {saying({"Hi"})});
  EXPECT_EQ(error_code([&] { (void)replaying(file_, "lab/other"); }), "cassette.target");
  write("{\"v\":1,");
  EXPECT_EQ(error_code([&] { (void)replaying(file_); }), "cassette.malformed");
  EXPECT_THAT(message_, HasSubstr("line 3"));
  EXPECT_EQ(error_code([&] { record({"one"}, {saying({"Hi"})}); }), "cassette.malformed");
  EXPECT_THAT(message_, HasSubstr("cut off"));
}

TEST_F(CassetteTest, OnlyItsOwnerMayReadIt) {
  record({"one"}, {saying({"Hi"})});

  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions() & (perms::group_all | perms::others_all), perms::none);
}

}  // namespace
}  // namespace executus::llm
