#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <executus/llm/cassette.hpp>
#include <executus/testing/manual_loop.hpp>
#include <executus/testing/temporary_folder.hpp>

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
    try {
      (void)ask(model, std::move(request));
    } catch (const ModelError& error) {
      return error;
    }
    ADD_FAILURE() << "no ModelError";
    return {Failure::unknown, "", ""};
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
