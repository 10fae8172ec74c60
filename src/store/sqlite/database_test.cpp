// Stores of several seams in one open database.
#include <executus/store/sqlite/database.hpp>

#include "store/sqlite/open_database.hpp"
#include "store/sqlite/store_fixture_test.hpp"

namespace executus::sqlite {
namespace {

// The store of a small seam.
class Notes {
 public:
  explicit Notes(const Database& database) : database_(database.shared()) {}

  Task<std::int64_t> add(std::string text) {
    return parts().change([text = std::move(text)](Connection& connection) {
      connection.execute("CREATE TABLE IF NOT EXISTS notes(id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
      Statement(connection, "INSERT INTO notes(text) VALUES(?)").run(text);
      if (text.empty()) throw failed("notes.empty", "an empty note is refused");
      return connection.last_id();
    });
  }
  Task<std::int64_t> count() {
    return parts().look([](Connection& connection) { return connection.integer("SELECT count(*) FROM notes"); });
  }

 private:
  [[nodiscard]] OpenDatabase& parts() const { return **database_; }
  const SharedDatabase database_;
};

class Seams : public ::testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return block_on(*loop_, std::move(task));
  }

  TemporaryFolder folder_;
  int commits_ = 0;
  std::unique_ptr<Loop> loop_ = make_loop(1);
};

TEST_F(Seams, ShareOneFileAndItsWriter) {  // [STO-01]
  Options options{folder_ / "state.db"};
  options.on_commit = [this] { ++commits_; };
  Database database(std::move(options));
  Notes notes(database);

  EXPECT_EQ(run(notes.add("one")), 1);
  EXPECT_EQ(run(database.journal()->admit(Client::admission("r"))).verdict, journal::AdmitVerdict::created);
  EXPECT_EQ(run(notes.add("two")), 2);

  EXPECT_EQ(run(notes.count()), 2);
  EXPECT_EQ(commits_, 3);
}

TEST_F(Seams, ThatRefuseAChangeUndoItAlone) {
  Database database({folder_ / "state.db"});
  Notes notes(database);
  (void)run(notes.add("one"));

  EXPECT_EQ(error_code_of([&] { return run(notes.add("")); }), "notes.empty");

  EXPECT_EQ(run(notes.count()), 1);
  EXPECT_EQ(run(notes.add("two")), 2);
}

TEST_F(Seams, KeepTheFileOpenAsLongAsOneLives) {  // [STO-01]
  std::optional<Notes> notes;
  {
    Database database({folder_ / "state.db"});
    notes.emplace(database);
  }

  EXPECT_EQ(run(notes->add("one")), 1);
}

}  // namespace
}  // namespace executus::sqlite
