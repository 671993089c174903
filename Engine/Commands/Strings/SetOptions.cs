using OrleansKv.Engine.Commands.Text;
using OrleansKv.Engine.Table;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Commands.Strings;

/// <summary>The options of SET and GETEX, parsed as Redis does: any order; of the times only one kind, the last of it counts.</summary>
internal struct SetOptions
{
    public bool OnlyIfAbsent;
    public bool OnlyIfPresent;
    public bool ReturnsOld;
    public bool KeepsTtl;
    public bool Persists;

    /// <summary>Index of the word with the time; 0: none.</summary>
    private int _timeAt;
    private bool _isSeconds;
    private bool _isAbsolute;

    public readonly bool HasTime => _timeAt > 0;

    /// <summary>False for a syntax error.</summary>
    public static bool TryParse(in ArgList args, int from, bool forGet, out SetOptions options)
    {
        options = default;
        for (int i = from; i < args.Count; i++)
        {
            bool hasNext = i + 1 < args.Count;
            if (!forGet && args.Is(i, "NX"u8) && !options.OnlyIfPresent) options.OnlyIfAbsent = true;
            else if (!forGet && args.Is(i, "XX"u8) && !options.OnlyIfAbsent) options.OnlyIfPresent = true;
            else if (!forGet && args.Is(i, "GET"u8)) options.ReturnsOld = true;
            else if (!forGet && args.Is(i, "KEEPTTL"u8) && !options.HasTime && !options.Persists) options.KeepsTtl = true;
            else if (forGet && args.Is(i, "PERSIST"u8) && !options.HasTime) options.Persists = true;
            else if (args.Is(i, "EX"u8) && hasNext && options.Takes(isSeconds: true, isAbsolute: false)) options._timeAt = ++i;
            else if (args.Is(i, "PX"u8) && hasNext && options.Takes(isSeconds: false, isAbsolute: false)) options._timeAt = ++i;
            else if (args.Is(i, "EXAT"u8) && hasNext && options.Takes(isSeconds: true, isAbsolute: true)) options._timeAt = ++i;
            else if (args.Is(i, "PXAT"u8) && hasNext && options.Takes(isSeconds: false, isAbsolute: true)) options._timeAt = ++i;
            else return false;
        }

        return true;
    }

    /// <summary>The deadline in ms since the Unix epoch; writes the error and returns false when the time is none.</summary>
    public readonly bool TryDeadline(ref CommandContext context, string command, out long deadlineMs)
    {
        deadlineMs = 0;
        if (!HasTime) return true;
        if (!Number.TryInteger(context.Args[_timeAt], out long time))
        {
            context.Reply.Error(Errors.NotAnInteger);
            return false;
        }

        long unitMs = _isSeconds ? 1000 : 1, from = _isAbsolute ? 0 : context.NowMs;
        if (time <= 0 || time > (KeyTable.MaxDeadlineMs - from) / unitMs)
        {
            context.Reply.Error(Errors.InvalidExpire(command));
            return false;
        }

        deadlineMs = from + (time * unitMs);
        return true;
    }

    // Whether a time of this kind may stand beside what was read so far; notes the kind.
    private bool Takes(bool isSeconds, bool isAbsolute)
    {
        if (KeepsTtl || Persists || (HasTime && (_isSeconds != isSeconds || _isAbsolute != isAbsolute))) return false;
        _isSeconds = isSeconds;
        _isAbsolute = isAbsolute;
        return true;
    }
}
