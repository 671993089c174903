using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Gateway.Protocol;

/// <summary>
/// Parses requests: RESP arrays of bulk strings (<c>*n\r\n</c> then n times <c>$len\r\nbytes\r\n</c>) and inline commands (words on a
/// line). Grammar: https://redis.io/docs/latest/develop/reference/protocol-spec/. One a connection; it remembers where it stood in
/// an unfinished command, so that a long one is not read again from its start with each read.
/// Positions count from the first byte of the unfinished command, which the caller keeps at the start of its buffer.
/// </summary>
internal struct RequestParser
{
    // Words still to come of an unfinished array; 0 when between commands.
    private int _wordsLeft;
    private int _wordsTotal;

    // Bytes of the unfinished command that are parsed already, and the words found in them, which count from its start. They are kept
    // here and not in the batch, which other connections use meanwhile: so a command of a million words that comes in a thousand reads is
    // looked at once.
    private int _resumeAt;
    private List<ArgSlice>? _resumeWords;

    /// <summary>
    /// What was wrong, in Redis' words without the <c>ERR Protocol error: </c>, a letter a byte; set with <see cref="ParseStatus.Error"/>.
    /// </summary>
    public string? Error { get; private set; }

    /// <summary>Bytes the unfinished command needs at least, counted from its start; 0 when unknown.</summary>
    public int NeededBytes { get; private set; }

    /// <summary>
    /// Parses one command that starts at <paramref name="position"/>; on Complete the position is behind it and a frame may have been
    /// added (empty commands add none).
    /// </summary>
    public ParseStatus Parse(Span<byte> bytes, ref int position, CommandBatch batch, in ProtocolLimits limits)
    {
        if (_wordsLeft > 0) return Resume(bytes, ref position, batch, limits);
        if (position == bytes.Length) return ParseStatus.Incomplete;
        if (bytes[position] != (byte)'*') return ParseInline(bytes, ref position, batch, limits);

        int at = position + 1;
        LineStatus line = ReadInteger(bytes, ref at, out long words);
        if (line == LineStatus.Incomplete)
        {
            return bytes.Length - position > ProtocolLimits.MaxLineBytes ? Fail("too big mbulk count string") : ParseStatus.Incomplete;
        }

        if (line == LineStatus.Bad || words > limits.MaxWords)
        {
            return Fail(limits == ProtocolLimits.Unauthenticated && line == LineStatus.Ok
                ? "unauthenticated multibulk length" : "invalid multibulk length");
        }

        if (words <= 0)
        {
            position = at;
            return ParseStatus.Complete;
        }

        _wordsTotal = _wordsLeft = (int)words;
        int firstSlice = batch.SliceCount;
        return ParseWords(bytes, ref position, at, firstSlice, batch, limits);
    }

    // Goes on in an array of which some words were parsed before.
    private ParseStatus Resume(Span<byte> bytes, ref int position, CommandBatch batch, in ProtocolLimits limits)
    {
        return ParseWords(bytes, ref position, position + _resumeAt, batch.SliceCount, batch, limits);
    }

    private ParseStatus ParseWords(
        Span<byte> bytes, ref int position, int at, int firstSlice, CommandBatch batch, in ProtocolLimits limits)
    {
        List<ArgSlice>? kept = _resumeWords;
        while (_wordsLeft > 0)
        {
            int wordAt = at;
            if (at == bytes.Length) return Suspend(position, wordAt, firstSlice, batch, 0);
            if (bytes[at] != (byte)'$') return Fail($"expected '$', got '{(char)bytes[at]}'");
            at++;
            LineStatus line = ReadInteger(bytes, ref at, out long length);
            if (line == LineStatus.Incomplete)
            {
                return bytes.Length - wordAt > ProtocolLimits.MaxLineBytes
                    ? Fail("too big bulk count string") : Suspend(position, wordAt, firstSlice, batch, 0);
            }

            if (line == LineStatus.Bad || length < 0 || length > limits.MaxBulkBytes)
            {
                return Fail(limits == ProtocolLimits.Unauthenticated && line == LineStatus.Ok && length > 0
                    ? "unauthenticated bulk length" : "invalid bulk length");
            }

            long needed = at - position + length + 2;
            if (needed > limits.MaxCommandBytes) return Fail("command longer than client-query-buffer-limit");
            if (bytes.Length - at < length + 2) return Suspend(position, wordAt, firstSlice, batch, (int)needed);
            if (kept is null) batch.AddSlice(at, (int)length);
            else kept.Add(new ArgSlice(at - position, (int)length));
            at += (int)length + 2;
            _wordsLeft--;
        }

        if (kept is not null) batch.AddSlices(CollectionsMarshal.AsSpan(kept), position);
        Finish(position, at, firstSlice, batch);
        position = at;
        return ParseStatus.Complete;
    }

    private void Finish(int start, int end, int firstSlice, CommandBatch batch)
    {
        ref CommandFrame frame = ref batch.Frames[batch.Count++];
        frame.Start = start;
        frame.End = end;
        frame.FirstSlice = firstSlice;
        frame.Words = batch.SliceCount - firstSlice;
        frame.Command = null;
        _wordsTotal = _resumeAt = NeededBytes = 0;
        _resumeWords = null;
    }

    // Keeps the whole words so far; a short command is cheaper to read again than to remember.
    private ParseStatus Suspend(int position, int wordAt, int firstSlice, CommandBatch batch, int needed)
    {
        const int WorthRemembering = 64;
        int whole = _wordsTotal - _wordsLeft;
        if (whole >= WorthRemembering)
        {
            if (_resumeWords is null)
            {
                _resumeWords = new List<ArgSlice>(whole * 2);
                foreach (ArgSlice word in batch.Slices.AsSpan(firstSlice..batch.SliceCount))
                {
                    _resumeWords.Add(new ArgSlice(word.Start - position, word.Length));
                }
            }

            _resumeAt = wordAt - position;
        }
        else
        {
            _wordsLeft = 0;
        }

        NeededBytes = needed;
        batch.SliceCount = firstSlice;
        return ParseStatus.Incomplete;
    }

    // Words on a line, ended by LF or CRLF; quotes as in a shell, undone in place (the result is never longer).
    private ParseStatus ParseInline(Span<byte> bytes, ref int position, CommandBatch batch, in ProtocolLimits limits)
    {
        Span<byte> rest = bytes[position..];
        int end = rest.IndexOf((byte)'\n');
        if (end < 0)
        {
            return rest.Length > ProtocolLimits.MaxLineBytes ? Fail("too big inline request") : ParseStatus.Incomplete;
        }

        if (end > ProtocolLimits.MaxLineBytes) return Fail("too big inline request");
        int length = end > 0 && rest[end - 1] == (byte)'\r' ? end - 1 : end;
        int firstSlice = batch.SliceCount;
        if (rest[..length].IndexOfAny((byte)'"', (byte)'\'') >= 0) batch.KeepLine(position, rest[..length]);
        if (!InlineWords.Split(rest[..length], position, batch)) return Fail("unbalanced quotes in request");
        if (length > limits.MaxBulkBytes && HasLongWord(batch, firstSlice, limits.MaxBulkBytes)) return Fail("invalid bulk length");
        int next = position + end + 1;
        if (batch.SliceCount > firstSlice) Finish(position, next, firstSlice, batch);
        position = next;
        return ParseStatus.Complete;
    }

    private static bool HasLongWord(CommandBatch batch, int firstSlice, int most)
    {
        for (int i = firstSlice; i < batch.SliceCount; i++)
        {
            if (batch.Slices[i].Length > most) return true;
        }

        return false;
    }

    private ParseStatus Fail(string error)
    {
        Error = error;
        return ParseStatus.Error;
    }

    private enum LineStatus
    {
        Ok,
        Incomplete,
        Bad,
    }

    // [-]digits CR LF. On Ok `at` is behind the LF.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static LineStatus ReadInteger(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        // One or two digits and CRLF: nearly every line of nearly every client.
        if (bytes.Length - at >= 4)
        {
            uint first = (uint)bytes[at] - '0';
            if (first <= 9)
            {
                if (bytes[at + 1] == (byte)'\r' && bytes[at + 2] == (byte)'\n')
                {
                    value = first;
                    at += 3;
                    return LineStatus.Ok;
                }

                uint second = (uint)bytes[at + 1] - '0';
                if (second <= 9 && bytes[at + 2] == (byte)'\r' && bytes[at + 3] == (byte)'\n')
                {
                    value = (first * 10) + second;
                    at += 4;
                    return first == 0 ? LineStatus.Bad : LineStatus.Ok;
                }
            }
        }

        return ReadLongInteger(bytes, ref at, out value);
    }

    private static LineStatus ReadLongInteger(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        value = 0;
        ReadOnlySpan<byte> rest = bytes[at..];
        int end = rest.IndexOf((byte)'\r');
        if (end < 0 || end + 1 == rest.Length) return LineStatus.Incomplete;
        if (rest[end + 1] != (byte)'\n' || end == 0) return LineStatus.Bad;
        if (!System.Buffers.Text.Utf8Parser.TryParse(rest[..end], out value, out int used) || used != end) return LineStatus.Bad;
        bool canonical = rest[0] != (byte)'+' && (rest[0] != (byte)'0' || end == 1);
        at += end + 2;
        return canonical ? LineStatus.Ok : LineStatus.Bad;
    }
}
