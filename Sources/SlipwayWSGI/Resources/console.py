"""Evaluation in frames that have raised: only where the user has asked for it."""

_KEPT_FRAMES = 200
_OUTPUT_LIMIT = 20000

# By the names that pages give them, the oldest first; None where nothing is kept.
_consoles = None
_console_run = ""


def keep_frames(_):
    """From now on, frames that are reported are kept, with all that they hold on to."""
    global _consoles, _console_run
    if _consoles is None:
        # Frames of another generation must not be taken for those of this one.
        _console_run = os.urandom(6).hex()
        _consoles = {}
    return ""


def _keep(frame, line):
    """The name under which code can be evaluated in a frame; None if it cannot."""
    if _consoles is None:
        return None
    console = _Console(frame, line)
    name = "%s-%d" % (_console_run, console.number)
    _consoles[name] = console
    while len(_consoles) > _KEPT_FRAMES:
        try:
            del _consoles[next(iter(_consoles))]
        except (KeyError, RuntimeError, StopIteration):
            break
    return name


class _Console:
    """One frame. What is assigned there stays there, and changes nothing outside."""

    __slots__ = ("number", "frame", "line", "scope")
    count = 0

    def __init__(self, frame, line):
        _Console.count += 1
        self.number = _Console.count
        self.frame = frame
        self.line = line
        self.scope = None

    def description(self):
        code = self.frame.f_code
        return {
            "function": getattr(code, "co_qualname", code.co_name),
            "file": os.path.abspath(code.co_filename),
            "line": self.line,
            "source": _source(code.co_filename, self.line, self.frame.f_globals),
        }

    def run(self, source):
        """Runs statements. Returns what was printed and the values of expressions, as at a prompt."""
        import ast

        shown = []

        def say(*values, sep=" ", end="\n", file=None, flush=False):
            if file is not None:
                return builtins.print(*values, sep=sep, end=end, file=file, flush=flush)
            sep, end = " " if sep is None else sep, "\n" if end is None else end
            shown.append(sep.join([str(value) for value in values]) + end)

        if self.scope is None:
            # In one dict, for functions and comprehensions do not see a frame's variables otherwise.
            self.scope = dict(self.frame.f_globals)
            self.scope.update(self.frame.f_locals)
        self.scope["print"] = say
        try:
            for node in ast.parse(source, "<console>").body:
                if isinstance(node, ast.Expr):
                    value = eval(compile(ast.Expression(node.value), "<console>", "eval"), self.scope)
                    if value is not None:
                        self.scope["_"] = value
                        shown.append(repr(value) + "\n")
                else:
                    exec(compile(ast.Module([node], []), "<console>", "exec"), self.scope)
        except BaseException as error:
            import traceback

            trace = _own_part(error.__traceback__)
            shown += traceback.format_exception(type(error), error, trace)
        text = "".join(shown)
        return text if len(text) <= _OUTPUT_LIMIT else text[:_OUTPUT_LIMIT] + "…\n(more is not shown)\n"


def evaluate(text):
    """FRAME U+001E CODE: what comes of it, and where it is; without code only the latter. Nothing if the
    frame is not kept."""
    import json

    name, _, source = text.partition("\x1e")
    console = (_consoles or {}).get(name)
    if console is None:
        return ""
    answer = console.description()
    if source:
        answer["output"] = console.run(source)
    return json.dumps(answer)
