using System.Globalization;
using OrleansKv.Gateway.Protocol;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Tests.Support;

/// <summary>
/// How many replies one client is owed for each command, by what it sent before: transactions, BATCH, CLIENT REPLY, subscriptions, MONITOR.
/// Messages and MONITOR's lines are none of them. The client is alone, and only SET changes keys. Words are as
/// <see cref="SessionDriver.Encode"/> takes them.
/// </summary>
internal sealed class ReplyModel(CommandTable commands)
{
    private readonly HashSet<string> _channels = [];
    private readonly HashSet<string> _patterns = [];
    private readonly HashSet<string> _watched = [];
    private List<string[]>? _queue; // since MULTI
    private bool _isDirty; // EXEC will refuse
    private bool _hasChanged; // a watched key has
    private bool _isInExec;
    private bool _isMonitor;
    private bool _isResp3;
    private int _linesLeft; // of a BATCH
    private bool _isOff;
    private bool _skipsNext;
    private bool _skipsThis;
    private int _confirmed; // subscriptions of this command: told whatever CLIENT REPLY says

    /// <summary>Whether the next command would get no reply of its own.</summary>
    public bool IsSilent => _isOff || _skipsNext || _linesLeft > 0;

    public bool IsInTransaction => _queue is not null;

    /// <summary>The reply to ECHO of this word, as long as the model is not silent.</summary>
    public string ReplyToEcho(string word) =>
        IsRefused(["echo", word]) ? "-ERR Can't execute 'echo'" : _queue is not null ? "+QUEUED\r\n" : $"${word.Length}\r\n{word}\r\n";

    /// <summary>Replies that the client gets between these words and its next command.</summary>
    public int OwedFor(params string[] words)
    {
        if (_linesLeft == 0) (_skipsThis, _skipsNext) = (_skipsNext, false);
        _confirmed = 0;
        int replies = Answer(words);
        return _isOff || _skipsNext || _skipsThis ? _confirmed : replies;
    }

    private int Answer(string[] words)
    {
        string name = words[0].ToLowerInvariant();
        bool isRefused = IsRefused(words);
        if (_linesLeft > 0)
        {
            if (!isRefused) NoteSet(name, words);
            return --_linesLeft > 0 ? 0 : 1;
        }

        if (isRefused)
        {
            _isDirty = _queue is not null;
            if (name == "exec") EndTransaction();
            return 1;
        }

        if (_queue is null || name is "exec" or "discard" or "multi" or "watch" or "reset") return Run(name, words);
        _queue.Add(words);
        return 1;
    }

    private int Run(string name, string[] words)
    {
        switch (name)
        {
            case "multi":
                _queue ??= [];
                return 1;
            case "exec":
                return Exec();
            case "discard" when _queue is not null:
                EndTransaction();
                return 1;
            case "watch" when _queue is null:
                _watched.UnionWith(words[1..]);
                return 1;
            case "unwatch":
                Unwatch();
                return 1;
            case "subscribe" or "psubscribe":
                NamesOf(name).UnionWith(words[1..]);
                _confirmed += words.Length - 1;
                return words.Length - 1;
            case "unsubscribe" or "punsubscribe":
                int confirmed = words.Length > 1 ? words.Length - 1 : Math.Max(1, NamesOf(name).Count);
                NamesOf(name).ExceptWith(words.Length > 1 ? words[1..] : [.. NamesOf(name)]);
                _confirmed += confirmed;
                return confirmed;
            case "hello":
                Greet(words);
                return 1;
            case "monitor":
                _isMonitor |= !_isInExec;
                return 1;
            case "batch":
                bool isCount = int.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int lines);
                _linesLeft = isCount && lines is > 0 and <= 100_000 ? lines : 0;
                return _linesLeft > 0 ? 0 : 1;
            case "client" when words.Length == 3 && words[1].ToLowerInvariant() == "reply":
                Switch(words[2].ToLowerInvariant());
                return 1; // when any is shown
            case "reset":
                EndTransaction();
                _channels.Clear();
                _patterns.Clear();
                _isMonitor = _isResp3 = _isOff = _skipsThis = false;
                return 1;
            default:
                NoteSet(name, words);
                return 1;
        }
    }

    // A SUBSCRIBE of several names writes more than its one element of the array: what is too much stands behind it, as in Redis.
    private int Exec()
    {
        if (_queue is not { } queue) return 1;
        bool runs = !_isDirty && !_hasChanged;
        EndTransaction();
        if (!runs) return 1;
        _isInExec = true;
        int replies = queue.Sum(words => Run(words[0].ToLowerInvariant(), words));
        _isInExec = false;
        return 1 + replies - queue.Count;
    }

    private bool IsRefused(string[] words)
    {
        CommandEntry? command = commands.Find(words[0]);
        if (command is { Subcommands.Length: > 0 } && words.Length > 1)
            command = command.FindSubcommand(System.Text.Encoding.Latin1.GetBytes(words[1]));
        if (command is null || !command.Spec.Accepts(words.Length)) return true;
        string name = command.Spec.Name;
        bool isFree = name is "subscribe" or "psubscribe" or "unsubscribe" or "punsubscribe" or "ping" or "reset";
        if (!_isResp3 && _channels.Count + _patterns.Count > 0 && !isFree) return true;
        if (_queue is not null && (command.Spec.Flags & CommandFlags.NoMulti) != 0) return true;
        return _isMonitor && ((command.Spec.Flags & (CommandFlags.Write | CommandFlags.ReadOnly)) != 0 || name == "publish");
    }

    private HashSet<string> NamesOf(string command) => command[0] == 'p' ? _patterns : _channels;

    private void NoteSet(string name, string[] words) => _hasChanged |= name == "set" && _watched.Contains(words[1]);

    private void Greet(string[] words)
    {
        for (int i = 2; i < words.Length; i++)
        {
            string option = words[i].ToLowerInvariant();
            if (option == "auth" && i + 2 < words.Length && words[i + 1] == "default") i += 2;
            else if (option == "setname" && i + 1 < words.Length && words[i + 1].All(c => c is >= '!' and <= '~')) i++;
            else return;
        }

        if (words.Length > 1 && words[1] is "2" or "3") _isResp3 = words[1] == "3";
    }

    private void Switch(string word)
    {
        if (word == "on") _isOff = _skipsNext = _skipsThis = false;
        if (word == "off") _isOff = true;
        if (word == "skip" && !_isOff) _skipsNext = true;
    }

    private void EndTransaction()
    {
        _queue = null;
        _isDirty = false;
        Unwatch();
    }

    private void Unwatch()
    {
        _watched.Clear();
        _hasChanged = false;
    }
}
