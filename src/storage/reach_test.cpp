#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/journal/memory_store.hpp>
#include <executus/storage/reach.hpp>
#include <executus/testing/manual_loop.hpp>

namespace executus::storage {
namespace {

RunId run(const std::string& id) { return *RunId::parse(id); }

TEST(Scope, IsOneOfThreeKinds) {  // [TLS-15]
  EXPECT_EQ(Scope::of_run(run("r.1")).str(), "run/r.1");
  EXPECT_EQ(Scope::of_agent("triage")->str(), "agent/triage");
  EXPECT_EQ(Scope::of_caller("Ada L.")->str(), "caller/Ada L.");
  for (const char* text : {"run/r.1", "agent/triage", "caller/Ada L."}) EXPECT_EQ(Scope::parse(text)->str(), text);
  EXPECT_EQ(Scope::of_run(run("r1")).run(), run("r1"));
  EXPECT_FALSE(Scope::of_agent("r1")->run());
}

TEST(Scope, RefusesWhatMightBeAnother) {  // [TLS-15]
  for (const std::string& text :
       {std::string(), std::string("run/"), std::string("run/a/b"), std::string("run/a b"), std::string("agent/"),
        std::string("agent/../run/x"), std::string("caller/a\nb"), std::string("caller/\xff"), std::string("team/x"),
        std::string("Run/x"), "caller/" + std::string(201, 'x')}) {
    auto parsed = Scope::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code(), "storage.scope");
  }
  EXPECT_FALSE(Scope::of_caller("run/r1").ok());
}

// A tree of runs: top > middle > bottom, and another one.
class Reach : public ::testing::Test {
 protected:
  Reach() {
    admit("top", "");
    admit("middle", "top");
    admit("bottom", "middle");
    admit("stranger", "");
  }
  void admit(const std::string& id, const std::string& parent) {
    journal::Admission admission;
    admission.id = run(id);
    admission.agent = "triage";
    admission.parent = parent;
    admission.entry = {1, {}, {}, journal::Admitted{}};
    (void)loop_.run(store_->admit(std::move(admission)));
  }
  bool may(const std::string& asker, const Scope& scope) {
    return loop_.run(may_read(*store_, {run(asker), "triage", "ada"}, scope));
  }
  bool may(const std::string& asker, const std::string& id) { return may(asker, Scope::of_run(run(id))); }

  testing::ManualLoop loop_;
  journal::MemoryJournal journal_{loop_.clock()};
  std::shared_ptr<journal::JournalStore> store_ = journal_.open_worker();
};

TEST_F(Reach, IsARunsOwnAgentsAndCallersScopes) {  // [TLS-15]
  EXPECT_TRUE(may("top", "top"));
  EXPECT_TRUE(may("top", Scope::of_agent("triage").value()));
  EXPECT_TRUE(may("top", Scope::of_caller("ada").value()));
  EXPECT_FALSE(may("top", Scope::of_agent("other").value()));
  EXPECT_FALSE(may("top", Scope::of_caller("eve").value()));
  EXPECT_FALSE(is_own({run("top"), "", ""}, Scope::of_agent("triage").value()));
}

TEST_F(Reach, GoesDownTheTreeOfRunsAndNotUp) {  // [TLS-14]
  EXPECT_TRUE(may("top", "middle"));
  EXPECT_TRUE(may("top", "bottom"));
  EXPECT_TRUE(may("middle", "bottom"));
  EXPECT_FALSE(may("bottom", "middle"));
  EXPECT_FALSE(may("bottom", "top"));
  EXPECT_FALSE(may("middle", "top"));
  EXPECT_FALSE(may("stranger", "bottom"));
  EXPECT_FALSE(may("top", "stranger"));
  EXPECT_FALSE(may("top", "unknown"));
  EXPECT_FALSE(is_own({run("top"), "triage", "ada"}, Scope::of_run(run("bottom")))) << "it is for reading alone";
}

}  // namespace
}  // namespace executus::storage
