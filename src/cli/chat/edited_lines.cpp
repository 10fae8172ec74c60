// On libedit: the one file that knows it.
#include <algorithm>
#include <array>
#include <clocale>
#include <cstdio>
#include <cwchar>
#include <optional>
#include <string>
#include <utility>

#include <histedit.h>
#include <sys/ttydefaults.h>
#include <termios.h>
#include <unistd.h>

#include <executus/base/error.hpp>

#include "cli/chat/line_history.hpp"
#include "cli/chat/line_source.hpp"
#include "cli/output/terminal.hpp"

namespace executus::cli {
namespace {

constexpr int kRemembered = 1'000;  // lines

// A program that was killed while it edited a line leaves the terminal as it had it. libedit would take that for how
// the terminal is to be left.
void mend_terminal() {
  termios state{};
  if (::tcgetattr(STDIN_FILENO, &state) != 0) return;
  constexpr tcflag_t lines = ICANON | ECHO | ISIG | IEXTEN;
  if ((state.c_lflag & lines) == lines && (state.c_lflag & NOFLSH) == 0) return;
  state.c_lflag = (state.c_lflag | lines | ECHOE | ECHOK) & ~static_cast<tcflag_t>(NOFLSH);
  state.c_iflag |= ICRNL;
  state.c_oflag |= OPOST | ONLCR;
  constexpr std::array<std::pair<int, cc_t>, 10> usual{{{VINTR, CINTR},
                                                        {VQUIT, CQUIT},
                                                        {VERASE, CERASE},
                                                        {VKILL, CKILL},
                                                        {VEOF, CEOF},
                                                        {VSUSP, CSUSP},
                                                        {VREPRINT, CREPRINT},
                                                        {VWERASE, CWERASE},
                                                        {VLNEXT, CLNEXT},
                                                        {VSTART, CSTART}}};
  for (const auto& [key, character] : usual) state.c_cc[key] = character;
  ::tcsetattr(STDIN_FILENO, TCSANOW, &state);
}

class EditedLines final : public LineSource {
 public:
  EditedLines(const Interrupts& interrupts, const std::filesystem::path& file)
      : interrupts_(interrupts), file_(file.string()), history_(history_init()) {
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");  // libedit takes typed bytes apart by it
    mend_terminal();
    editor_ = el_init("executus", stdin, stdout, stderr);
    if (!editor_ || !history_) {
      close();
      throw failed("cli.terminal",
                   "the terminal cannot be used for editing; give TERM a value it knows, or pipe lines in");
    }
    HistEvent event;
    history(history_, &event, H_SETSIZE, kRemembered);
    history(history_, &event, H_SETUNIQUE, 1);
    if (!file_.empty()) history(history_, &event, H_LOAD, file_.c_str());
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_PROMPT, &EditedLines::prompt_of);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 0);
    el_set(editor_, EL_HIST, history, history_);
    el_set(editor_, EL_GETCFN, &EditedLines::next_key);
  }
  ~EditedLines() override { close(); }
  EditedLines(const EditedLines&) = delete;
  EditedLines& operator=(const EditedLines&) = delete;

  Typed read(const std::string& prompt, Remember remember) override {
    prompt_ = prompt;
    stopped_.reset();
    pending_.clear();
    int count = 0;
    el_set(editor_, EL_PREP_TERM, 1);  // before the prompt is shown: what is typed then is edited
    const char* line = el_gets(editor_, &count);
    if (stopped_) {
      write_out("\n");
      return std::move(*stopped_);
    }
    if (!line || count <= 0) return {Typed::end};
    std::string text(line, static_cast<std::size_t>(count));
    if (text.ends_with('\n')) text.pop_back();
    if (remember == Remember::yes) note(text);
    return {Typed::line, std::move(text)};
  }

 private:
  static EditedLines& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<EditedLines*>(self);
  }

  static char* prompt_of(EditLine* editor) { return of(editor).prompt_.data(); }

  // A key for the editor: 1, or -1 when something stops the line.
  static int next_key(EditLine* editor, wchar_t* key) { return of(editor).key_of_line(key); }
  int key_of_line(wchar_t* key) {
    for (;;) {
      if (auto length = whole_character(key)) return pending_.erase(0, *length), 1;
      switch (interrupts_.wait(STDIN_FILENO)) {
        case Interrupts::Came::interrupt:
          return stop(Typed::interrupted);
        case Interrupts::Came::leave:
          return stop(Typed::leave);
        case Interrupts::Came::resized:
          el_resize(editor_);
          break;
        case Interrupts::Came::resumed:
          el_set(editor_, EL_PREP_TERM, 1);
          el_set(editor_, EL_REFRESH);
          break;
        case Interrupts::Came::woken:
          break;
        case Interrupts::Came::input:
          char byte = 0;
          if (::read(STDIN_FILENO, &byte, 1) <= 0) return 0;
          pending_ += byte;
      }
    }
  }

  // What `pending_` begins with, when that is a character; bytes that are none are taken as they are.
  std::optional<std::size_t> whole_character(wchar_t* key) const {
    if (pending_.empty()) return std::nullopt;
    std::mbstate_t state{};
    auto length = std::mbrtowc(key, pending_.data(), pending_.size(), &state);
    if (length == static_cast<std::size_t>(-2)) return std::nullopt;
    if (length != static_cast<std::size_t>(-1)) return std::max<std::size_t>(length, 1);
    *key = L'?';
    return 1;
  }

  int stop(Typed::What why) {
    const auto* line = el_line(editor_);
    stopped_ = {why, line ? std::string(line->buffer, line->lastchar) : std::string()};
    return -1;
  }

  void note(const std::string& text) {
    if (text.find_first_not_of(" \t") == std::string::npos) return;
    HistEvent event;
    history(history_, &event, H_ENTER, text.c_str());
    if (!file_.empty() && text != noted_) remember_line(file_, text);
    noted_ = text;
  }

  void close() {
    if (editor_) el_end(editor_);
    if (history_) history_end(history_);
  }

  const Interrupts& interrupts_;
  const std::string file_;
  History* history_;
  EditLine* editor_ = nullptr;
  std::string prompt_;
  std::string noted_;    // the last line
  std::string pending_;  // bytes of a character that is not whole
  std::optional<Typed> stopped_;
};

}  // namespace

std::unique_ptr<LineSource> make_edited_lines(const Interrupts& interrupts, const std::filesystem::path& history) {
  return std::make_unique<EditedLines>(interrupts, history);
}

}  // namespace executus::cli
