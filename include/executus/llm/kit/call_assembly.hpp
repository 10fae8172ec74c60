// How the tool calls of a streamed answer are put together, for every vendor. Pure.
//
// A fragment is what a server says of a call at a time: an index, an id, a name, a piece of the arguments. Each of them
// may be missing, and the index may be text. The open call is the one that the last fragment belonged to. Arguments are
// blank, begun, or complete: an object, a list or a string whose brackets and quotes are closed.
//
// Which call a fragment belongs to:
//
//   index     | id                           | name | belongs to
//   ----------+------------------------------+------+------------------------------------------------------------
//   known     | of a call                    |      | that call, of this index first
//   known     | none, or of no call          |      | the last call of this index
//   unknown   |                              | yes  | a new call
//   unknown   | of a call                    | no   | that call
//   unknown   | of no call                   | no   | a new call
//   unknown   | none                         | no   | the open call
//   none      | of a call                    |      | that call
//   none      | none, or of no call          |      | the open call
//
// A fragment with a name may all the same begin another call than the one that the table found, by that one's
// arguments:
//
//   arguments | the name    | the fragment
//   ----------+-------------+-----------------------------------------------------------------------------------------
//   complete  | another     | begins another call
//   complete  | the same    | begins another call; when that gets no arguments,
//             |             | it was a repetition where the ids agree, and so it is at once
//             |             | where the id and (as JSON) the arguments are the same
//   blank     | another     | begins another call, where an index or an id says so
//   blank     | the same    | goes on with the call where the ids agree, else begins another one
//   begun     | any         | where both have ids and these differ, begins another call
//   begun     | the same    | else goes on with the call
//
// Ids agree when they are equal, or when only the call has one: servers may say it once.
//
// What may mean two things, or nothing, makes the answer a failed attempt, and none of its calls is made:
//   - another name in the middle of begun arguments, or before them with the same index and no id of its own, since
//     names come in pieces from some servers; a name that comes again with some pieces of a call and not with
//     others, and no id says that these are pieces of it;
//   - a call without arguments, when those may have gone to another one, or when it may be none: another call has its
//     name and they are not told apart, or a piece without an id of its own came while several calls waited for theirs
//     at one place. Two ids tell calls apart where their indices differ too, or none of the two has arguments, or an id
//     came again: then the server does not make one for each piece;
//   - a call that was begun while another stood unfinished, unless all of them are finished in the end;
//   - some calls with a name and others without; text behind the arguments of one of several calls.
//
// Vendors that say where a call begins (Anthropic) say so by begin(). Calls that came whole (add_whole) are what they
// are. Where all calls have indices that are different numbers, they are told in that order, else as they came.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <executus/base/json_scan.hpp>
#include <executus/base/result.hpp>
#include <executus/llm/message.hpp>

namespace executus::llm {

struct CallFragment {
  std::string index = {};
  std::string id = {};
  std::string name = {};
  std::string arguments = {};
};

class CallAssembly final {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // These return the place of the call, which stays the same: 0, 1, ... as calls are begun.
  std::size_t add(CallFragment fragment);  // kNone: it says nothing of a call
  std::size_t begin(CallFragment fragment);
  std::size_t add_whole(CallFragment fragment);

  // Of a call that was begun: a piece, or all of its arguments in place of the pieces.
  void extend(std::size_t place, std::string_view arguments);

  // The call that `fragment`, which is whole, says again; kNone: it is another one.
  [[nodiscard]] std::size_t repeated(const CallFragment& fragment) const;

  // Its arguments are `text`, as JSON.
  [[nodiscard]] bool says(std::size_t place, std::string_view text) const;

  [[nodiscard]] std::size_t size() const noexcept { return calls_.size(); }  // of what was begun
  [[nodiscard]] bool empty() const noexcept { return calls_.empty(); }
  [[nodiscard]] std::size_t open_call() const noexcept { return open_; }  // kNone: there is none
  enum class Arguments { blank, begun, complete };
  [[nodiscard]] Arguments arguments_of(std::size_t place) const;

  // The pieces of arguments since this was asked last, each with what is known of its call by then.
  [[nodiscard]] std::vector<CallFragment> take_pieces() { return std::exchange(pieces_, {}); }

  struct Assembled {
    std::vector<ToolCall> calls;      // names and ids as on the wire; arguments may be empty
    std::vector<std::size_t> places;  // of each of them
  };
  // `cut`: the answer stopped before its end, so the open call may be unfinished. A call of a cut answer that has no
  // arguments yet gets arguments that are no JSON. Error model.broken: the calls cannot be told apart.
  enum class End { complete, cut };
  [[nodiscard]] Result<Assembled> finish(End end) &&;

 private:
  struct Call {
    CallFragment said;
    JsonScan scan;
    bool whole = false;     // came in one piece
    bool exceeded = false;  // text came behind its complete arguments
    bool doubtful = false;  // a piece that may have been its own went to another call
    bool name_comes_again = false;
    bool name_is_left_out = false;
    bool may_be_repeat = false;  // when it gets no arguments, it says again what is known
  };
  enum class Meaning { goes_on, another, repeats, repeats_or_another, unclear };

  [[nodiscard]] std::size_t found_by_id(const CallFragment& fragment) const;
  [[nodiscard]] std::size_t last_of_index(const std::string& index) const;
  [[nodiscard]] std::size_t place_of(const CallFragment& fragment) const;
  [[nodiscard]] Meaning meaning_of(const CallFragment& fragment, std::size_t place) const;
  [[nodiscard]] bool says_again(std::size_t place, std::string_view text) const;
  std::size_t begin_named(CallFragment fragment, Meaning meaning);
  void go_on(std::size_t place, CallFragment fragment);
  void doubt_others(const CallFragment& fragment, std::size_t place);
  [[nodiscard]] std::size_t count_unfinished() const;
  [[nodiscard]] static bool is_repeat(const Call& call);
  [[nodiscard]] bool may_be_one(const Call& call, const Call& other) const;
  [[nodiscard]] bool is_doubtful(const Call& call) const;
  [[nodiscard]] std::string objection(End end) const;
  [[nodiscard]] std::vector<std::size_t> order() const;

  std::vector<Call> calls_;
  std::vector<CallFragment> pieces_;
  std::size_t open_ = kNone;
  bool ids_come_again_ = false;
  bool overlapped_ = false;  // a call was begun while another one stood unfinished
  std::string unclear_;      // what was not understood first
};

}  // namespace executus::llm
