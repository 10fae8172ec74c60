// `executus agents|skills import, export, diff, rollback, remove`, and runs of what is saved.
#include "cli_program.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace executus::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class SavedAgents : public CliProgram {
 protected:
  // A file of an agent that answers `answer`, by its script, in a folder where no run looks.
  void file(const std::string& name, const std::string& answer, const std::string& more = "") {
    script(name + answer, "  - text: " + answer + "\n");
    write("drafts/" + name + ".yaml", "# " + answer + "\nname: " + name + "\nmodel: scripted/" +
                                          (folder() / (name + answer + ".turns.yaml")).string() + "\n" + more);
  }
  void import(const std::string& name, const std::string& answer, const std::string& more = "") {
    file(name, answer, more);
    auto imported = run({"agents", "import", "drafts/" + name + ".yaml"});
    ASSERT_EQ(imported.exit, 0) << imported.err;
  }
  void damage(const std::string& name) {
    sqlite::Connection database(folder() / "state.db", sqlite::Connection::Mode::existing, Milliseconds(5'000));
    database.execute(
        ("UPDATE saved_versions SET body='{' WHERE saved=(SELECT id FROM saved WHERE name='" + name + "')").c_str());
  }
  std::string answer_of(const Arguments& arguments) {
    auto outcome = run(arguments);
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    return outcome.exit == 0 ? std::string(outcome.json().at("output").as_string()) : outcome.err;
  }
};

TEST_F(SavedAgents, RunAsTheyWereImported) {  // [PER-03] [PER-04]
  import("clerk", "One");
  EXPECT_EQ(answer_of({"run", "clerk", "x", "--json"}), "One");
  auto queued = run({"run", "clerk", "x", "--detach", "-q", "--run-id", "kept"});
  ASSERT_EQ(queued.exit, 0) << queued.err;
  file("clerk", "Two");
  EXPECT_EQ(run({"agents", "import", "drafts/clerk.yaml"}).out, "clerk: updated (version 2)\n");
  EXPECT_EQ(run({"agents", "import", "drafts"}).out, "clerk: is as it is saved (version 2)\n");

  EXPECT_EQ(answer_of({"run", "clerk", "x", "--json"}), "Two");
  ASSERT_EQ(run({"recover", "-q"}).exit, 0);
  EXPECT_EQ(show("kept").at("output").as_string(), "One") << "a run keeps the version it was started with";
}

TEST_F(SavedAgents, AFileIsFirstThenWhatIsSavedThenWhatIsBuiltIn) {
  EXPECT_THAT(run({"agents", "show", "triage"}).out, HasSubstr("built-in/triage.yaml"));
  import("triage", "Saved");
  EXPECT_EQ(answer_of({"run", "triage", "x", "--json"}), "Saved");
  EXPECT_THAT(run({"agents", "show", "triage"}).out, HasSubstr("name (triage, version 1 of local:2): triage"));
  agent("triage", "  - text: File\n");
  EXPECT_EQ(answer_of({"run", "triage", "x", "--json"}), "File");

  auto listed = run({"agents", "list"}).out;
  EXPECT_THAT(listed, AllOf(HasSubstr("agents/triage.yaml"), HasSubstr("version 1 of local (another is first)"),
                            HasSubstr("built-in (another is first)"), HasSubstr("researcher")));
  auto json = run({"agents", "list", "--json"}).json().as_array();
  EXPECT_EQ(json[0].at("origin").as_string(), "file");
  EXPECT_EQ(json[1].at("origin").as_string(), "saved");
  EXPECT_EQ(json[1].at("version").as_int64(), 1);
}

TEST_F(SavedAgents, OneThatCannotBeReadIsNamedAndStopsNoOther) {  // [PER-03] [DUR-31]
  import("broken", "Lost", "retention: {keep: 1ms}\n");
  import("clerk", "One", "retention: {keep: 1ms}\n");
  ASSERT_EQ(run({"run", "broken", "x", "--run-id", "of-broken"}).exit, 0);
  ASSERT_EQ(run({"run", "clerk", "x", "--run-id", "of-clerk"}).exit, 0);
  damage("broken");

  auto listed = run({"agents", "list"});
  EXPECT_THAT(listed.out, AllOf(HasSubstr("(unreadable)"), HasSubstr("clerk")));
  EXPECT_THAT(listed.err, HasSubstr("'broken' of 'local', version 1"));
  EXPECT_THAT(run({"run", "broken", "x"}).err, HasSubstr("'broken' of 'local', version 1"));
  EXPECT_EQ(answer_of({"run", "clerk", "x", "--json", "--run-id", "of-clerk-2"}), "One");
  auto pruned = run({"runs", "prune", "--yes", "-q"});
  EXPECT_THAT(pruned.out, AllOf(HasSubstr("of-clerk\n"), HasSubstr("of-clerk-2\n"), Not(HasSubstr("of-broken"))))
      << "nothing says how long those of the other are kept";
  EXPECT_THAT(pruned.err, HasSubstr("'broken' of 'local', version 1"));

  EXPECT_EQ(run({"agents", "remove", "broken", "--yes"}).exit, 0);
  EXPECT_EQ(run({"agents", "import", "drafts/broken.yaml", "-q"}).exit, 0);
  EXPECT_EQ(answer_of({"run", "broken", "x", "--json"}), "Lost");
}

TEST_F(SavedAgents, AllFilesAreImportedOrNone) {
  file("good", "x");
  write("drafts/bad.yaml", "name: bad\ntool: [grep]\n");
  write("drafts/worse.yaml", "name: worse\ntools: [nothing]\n");

  auto refused = run({"agents", "import", "drafts"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("bad.yaml:2:1: error: unknown key 'tool'"),
                                 HasSubstr("worse.yaml:2:9: error"), HasSubstr("nothing was saved")));
  EXPECT_THAT(run({"agents", "list"}).out, Not(HasSubstr("good")));

  fs::remove(folder() / "drafts/bad.yaml");
  fs::remove(folder() / "drafts/worse.yaml");
  file("boss", "x", "agents: [good]\n");
  auto rehearsed = run({"agents", "import", "drafts", "--dry-run", "--json"}).json().as_array();
  ASSERT_EQ(rehearsed.size(), 2);
  EXPECT_EQ(rehearsed[0].at("outcome").as_string(), "created");
  EXPECT_FALSE(rehearsed[0].at("saved").as_bool());
  EXPECT_FALSE(fs::exists(folder() / "state.db")) << "nothing was made";
  EXPECT_EQ(run({"agents", "import", "drafts"}).out, "boss: created (version 1)\ngood: created (version 1)\n");
}

TEST_F(SavedAgents, ADelegateMayBeSaved) {
  import("helper", "Helped", "description: Helps.\n");
  agent("boss", "  - calls: [{tool: agent__helper, arguments: {prompt: Help}}]\n  - text: Done.\n",
        "agents: [helper]\n");
  EXPECT_EQ(run({"agents", "validate", "boss"}).exit, 0);

  EXPECT_EQ(answer_of({"run", "boss", "x", "--json", "--run-id", "top"}), "Done.");
  EXPECT_THAT(boost::json::serialize(show("top")), HasSubstr("Helped"));
  EXPECT_EQ(run({"agents", "remove", "helper", "--dry-run"}).out, "would remove helper with its 1 version\n");
  EXPECT_EQ(run({"agents", "remove", "helper", "--yes"}).out, "removed helper with its 1 version\n");
  EXPECT_THAT(run({"agents", "validate", "boss"}).err, HasSubstr("no agent 'helper' in agents/"));
}

TEST_F(SavedAgents, ExportGivesBackTheFile) {
  import("clerk", "One", "tools: [ grep ]   # to look\n");
  auto text = read("drafts/clerk.yaml");
  import("clerk", "Two");

  EXPECT_EQ(run({"agents", "export", "clerk", "--version", "1"}).out, text);
  EXPECT_EQ(run({"agents", "export", "clerk", "-o", "copy.yaml"}).out, "wrote copy.yaml\n");
  EXPECT_EQ(read("copy.yaml"), read("drafts/clerk.yaml"));
  EXPECT_EQ(run({"agents", "import", "copy.yaml"}).out, "clerk: is as it is saved (version 2)\n");
  EXPECT_THAT(run({"agents", "export", "clerk", "-o", "copy.yaml"}).err, HasSubstr("File exists"));
  EXPECT_THAT(run({"agents", "export", "clerk", "--version", "3"}).err, HasSubstr("no version 3; there are 1 to 2"));
  EXPECT_THAT(run({"agents", "export", "triage"}).out, HasSubstr("name: triage"));
  EXPECT_THAT(run({"agents", "export", "clark"}).err, HasSubstr("did you mean 'clerk'?"));
}

TEST_F(SavedAgents, VersionsAreComparedAndBroughtBack) {
  import("clerk", "One");
  EXPECT_THAT(run({"agents", "diff", "clerk"}).err, HasSubstr("one version only"));
  import("clerk", "Two");
  auto shown = run({"agents", "diff", "clerk"}).out;
  EXPECT_THAT(shown, AllOf(HasSubstr("--- clerk (version 1)\n+++ clerk (version 2)\n"), HasSubstr("-# One\n+# Two\n")));
  EXPECT_EQ(run({"agents", "diff", "clerk", "1", "2", "--json"}).json().at("diff").as_string(), shown);

  EXPECT_THAT(run({"agents", "rollback", "clerk", "1", "--dry-run"}).out, HasSubstr("-# Two\n+# One\n"));
  EXPECT_EQ(run({"agents", "rollback", "clerk", "1"}).out, "clerk: version 1 again, as version 3\n");
  EXPECT_EQ(answer_of({"run", "clerk", "x", "--json"}), "One");
  EXPECT_EQ(run({"agents", "rollback", "clerk", "1"}).out, "clerk: is as in version 1 already\n");
  EXPECT_EQ(run({"agents", "diff", "clerk", "1", "3"}).out, "");
  EXPECT_EQ(run_on_terminal({"agents", "rollback", "clerk", "2"}, "n\n").exit, 1);
  EXPECT_EQ(run({"agents", "list", "--json"}).json().at(0).at("version").as_int64(), 3);
}

TEST_F(SavedAgents, EachCallerSeesItsOwnAndWhatIsShared) {  // [TOOL-05]
  file("secret", "x");
  file("open", "Open", "visibility: public\n");
  file("ours", "Ours", "visibility: shared\nshared_with: [bob]\n");
  ASSERT_EQ(run({"agents", "import", "drafts", "--caller", "ann"}).exit, 0);

  EXPECT_THAT(run({"agents", "list", "-q", "--caller", "ann"}).out, HasSubstr("open\nours\nsecret\n"));
  EXPECT_THAT(run({"agents", "list", "-q", "--caller", "bob"}).out,
              AllOf(HasSubstr("open\nours\n"), Not(HasSubstr("secret"))));
  EXPECT_EQ(answer_of({"run", "ours", "x", "--json", "--caller", "bob", "--run-id", "r"}), "Ours");
  EXPECT_EQ(run({"runs", "list", "--caller", "bob", "-q"}).out, "r\n");
  EXPECT_EQ(run({"run", "secret", "x", "--caller", "bob"}).exit, 2);
  EXPECT_EQ(run({"run", "ours", "x"}).exit, 2) << "it is shared with bob alone";
  EXPECT_THAT(run({"agents", "rollback", "open", "1", "--caller", "bob"}).err, HasSubstr("is of ann"));

  ASSERT_EQ(run({"agents", "import", "drafts/open.yaml", "--caller", "cid"}).exit, 0);
  EXPECT_THAT(run({"run", "open", "x", "--caller", "bob"}).err, HasSubstr("several saved ones"));
  EXPECT_EQ(answer_of({"run", "open", "x", "--json", "--caller", "cid"}), "Open") << "its own";
}

TEST_F(SavedAgents, DelegatesOfDelegatesAreThoseThatTheRunsCallerSees) {  // [TOOL-05] [DUR-29]
  auto asks = [this](const std::string& name, const std::string& whom) {
    script(name, "  - calls: [{tool: agent__" + whom + ", arguments: {prompt: Go}}]\n  - text: Done.\n");
    write("drafts/" + name + ".yaml", "name: " + name + "\nmodel: scripted/" +
                                          (folder() / (name + ".turns.yaml")).string() + "\nagents: [" + whom + "]\n");
  };
  asks("boss", "mid");
  asks("mid", "helper");
  file("helper", "Hers");
  ASSERT_EQ(run({"agents", "import", "drafts", "--caller", "ann"}).exit, 0);
  import("helper", "Locals");

  ASSERT_EQ(run({"run", "boss", "x", "--caller", "ann", "--detach", "-q"}).exit, 0);
  ASSERT_EQ(run({"recover", "-q"}).exit, 0);

  auto helpers = run({"runs", "list", "--agent", "helper", "--caller", "ann", "-q"}).out;
  ASSERT_FALSE(helpers.empty());
  EXPECT_EQ(show(helpers.substr(0, helpers.size() - 1)).at("output").as_string(), "Hers");
}

TEST_F(SavedAgents, OldVersionsAreHiddenFromThoseWhoMayNotSeeThem) {  // [TOOL-05]
  auto save = [this](const std::string& answer, const std::string& more) {
    file("desk", answer, more);
    ASSERT_EQ(run({"agents", "import", "drafts/desk.yaml", "--caller", "ann"}).exit, 0);
  };
  save("Secret", "");
  save("Open", "visibility: public\n");
  auto as = [this](const std::string& caller, Arguments arguments) {
    arguments.insert(arguments.end(), {"--caller", caller});
    return run(arguments);
  };
  EXPECT_THAT(as("ann", {"agents", "export", "desk", "--version", "1"}).out, HasSubstr("Secret"));
  auto hidden = as("bob", {"agents", "export", "desk", "--version", "1"});
  EXPECT_EQ(hidden.exit, 2);
  EXPECT_EQ(hidden.out, "");
  EXPECT_THAT(hidden.err, HasSubstr("no version 1; there is 2"));
  EXPECT_THAT(as("bob", {"agents", "diff", "desk"}).err, HasSubstr("one version only"));
  EXPECT_THAT(as("bob", {"agents", "diff", "desk", "1"}).err, HasSubstr("no version 1"));
  save("Other", "visibility: private\n");
  save("Last", "visibility: public\n");
  auto shown = as("bob", {"agents", "diff", "desk"}).out;
  EXPECT_THAT(shown, AllOf(HasSubstr("(version 2)"), HasSubstr("(version 4)"), Not(HasSubstr("Other"))));
  EXPECT_THAT(as("bob", {"agents", "export", "desk", "--version", "3"}).err, HasSubstr("there are 2, 4"));
}

TEST_F(SavedAgents, AMemberIsOnePersonUnderEachOfItsNames) {  // [COR-02]
  write("executus.yaml", "members:\n  ada: {also: [ada@example.org]}\n");
  file("desk", "Mine");
  ASSERT_EQ(run({"agents", "import", "drafts", "--caller", "ada"}).exit, 0);

  EXPECT_EQ(answer_of({"run", "desk", "x", "--json", "--caller", "ada@example.org", "--run-id", "r"}), "Mine");
  for (const char* name : {"ada", "ada@example.org"}) {
    EXPECT_EQ(run({"runs", "list", "--caller", name, "-q"}).out, "r\n") << name;
    EXPECT_EQ(run({"audit", "--caller", name, "-q"}).out, "r\n") << name;
  }
  auto limited = run({"queue", "limit", "1", "--caller", "ada@example.org", "--json"}).json();
  EXPECT_EQ(limited.at("name").as_string(), "ada");
}

TEST_F(SavedAgents, SkillsAreSavedLikewise) {  // [SKL-01]
  write("drafts/shorten.yaml", "name: shorten\ndescription: Shortens.\n");
  EXPECT_EQ(run({"skills", "import", "drafts/shorten.yaml"}).out, "shorten: created (version 1)\n");
  EXPECT_THAT(run({"skills", "list"}).out, HasSubstr("version 1 of local"));
  EXPECT_EQ(run({"skills", "export", "shorten"}).out, read("drafts/shorten.yaml"));
  EXPECT_THAT(run({"agents", "export", "shorten"}).err, HasSubstr("no agent 'shorten' is saved"));
  EXPECT_THAT(run({"completion", "words", "--", "wskills", "wexport", "w"}).out, HasSubstr("shorten\n"));
  write("drafts/boss.yaml", "name: boss\nagents: [x]\n");
  EXPECT_THAT(run({"skills", "import", "drafts/boss.yaml"}).err, HasSubstr("a skill has no 'agents'"));
}

}  // namespace
}  // namespace executus::testing
