using System.Text;
using OrleansKv.Bench.Cli;
using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.Tests.Load;

public sealed class ReplyCheckerTests
{
    private const long Key = 42;
    private static readonly LoadOptions Options = new() { Keys = 1000, KeySize = 8, ValueSize = 20 };

    private readonly RequestEncoder _encoder = new(Options);
    private readonly ReplyChecker _checker;

    public ReplyCheckerTests() => _checker = new ReplyChecker(_encoder);

    [Fact]
    public void Check_TheUsualReplies_WholeAndCutAtEveryByte()
    {
        foreach ((bool read, byte[] reply, ReplyOutcome expected) in Expected())
        {
            for (int size = 0; size < reply.Length; size++) Assert.Equal(0, _checker.Check(reply.AsSpan(0, size), Key, read, out _));
            Assert.Equal(reply.Length, _checker.Check(reply, Key, read, out ReplyOutcome outcome));
            Assert.Equal(expected, outcome);
            Assert.Equal(reply.Length, _checker.Check([.. reply, .. "+O"u8], Key, read, out outcome));
            Assert.Equal(expected, outcome);
        }
    }

    [Fact]
    public void Check_AStreamOneByteAtATime_AnswersEveryRequestInOrder()
    {
        (bool Read, byte[] Reply, ReplyOutcome Expected)[] all = [.. Expected()];
        var pending = new List<byte>();
        var outcomes = new List<ReplyOutcome>();
        foreach (byte b in all.SelectMany(e => e.Reply))
        {
            pending.Add(b);
            int used = _checker.Check(pending.ToArray(), Key, all[outcomes.Count].Read, out ReplyOutcome outcome);
            if (used > 0)
            {
                outcomes.Add(outcome);
                pending.RemoveRange(0, used);
            }
        }

        Assert.Empty(pending);
        Assert.Equal(all.Select(e => e.Expected), outcomes);
    }

    [Fact]
    public void Check_AHitOfAnyOtherValue_IsWrong_ByteForByte()
    {
        byte[] right = Bulk(_encoder.ValueOf(Key));
        int head = _encoder.HitHead.Length;
        for (int i = head; i < head + Options.ValueSize; i++)
        {
            byte[] wrong = [.. right];
            wrong[i] ^= 1;
            Assert.Equal(right.Length, _checker.Check(wrong, Key, read: true, out ReplyOutcome outcome));
            Assert.Equal(ReplyOutcome.WrongValue, outcome);
        }

        Assert.Equal(right.Length, _checker.Check(Bulk(_encoder.ValueOf(Key + 1)), Key, read: true, out ReplyOutcome another));
        Assert.Equal(ReplyOutcome.WrongValue, another);
    }

    [Fact]
    public void WrongValueSample_IsTheFirst_AndNamesTheKey()
    {
        Assert.Null(_checker.WrongValueSample);
        _checker.Check(Bulk("short\n"u8.ToArray()), Key, read: true, out _);
        _checker.Check(Bulk("later"u8.ToArray()), Key, read: true, out _);
        Assert.Equal("GET key:0042 brought 6 bytes that this run would not have written: short.", _checker.WrongValueSample);
    }

    [Fact]
    public void ErrorSamples_AreTheFirstFiveDifferentOnes()
    {
        foreach (string text in new[] { "a", "b", "a", "c\t", "d", "e", "f", new string('x', 500) })
            _checker.Check(Encoding.ASCII.GetBytes($"-{text}\r\n"), Key, read: false, out _);
        Assert.Equal(["a", "b", "c.", "d", "e"], _checker.ErrorSamples);
    }

    [Fact]
    public void ErrorSamples_OfALongText_AreCut()
    {
        _checker.Check(Encoding.ASCII.GetBytes($"-{new string('x', 500)}\r\n"), Key, read: false, out _);
        Assert.Equal([new string('x', 120) + "..."], _checker.ErrorSamples);
    }

    [Theory]
    [InlineData(false, "+QUEUED\r\n")]
    [InlineData(false, "+ok\r\n")]
    [InlineData(false, ":1\r\n")]
    [InlineData(false, "$-1\r\n")]
    [InlineData(false, "$2\r\nOK\r\n")]
    [InlineData(false, "*1\r\n+OK\r\n")]
    [InlineData(false, "garbage\r\n")]
    [InlineData(true, "+OK\r\n")]
    [InlineData(true, ":1\r\n")]
    [InlineData(true, "*-1\r\n")]
    [InlineData(true, "$x\r\n")]
    [InlineData(true, "\r\n")]
    public void Check_WhatIsNoAnswer_EndsTheRun(bool read, string reply)
    {
        var e = Assert.Throws<BenchException>(() => _checker.Check(Encoding.ASCII.GetBytes(reply), Key, read, out _));
        Assert.StartsWith($"A reply that no {(read ? "GET" : "SET")} can have: ", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(5000)]
    public void Check_TheValueThatASetWrote_IsAHit_ForEverySize(int valueSize)
    {
        var encoder = new RequestEncoder(Options with { ValueSize = valueSize });
        byte[] reply = Bulk(encoder.ValueOf(Key));
        Assert.Equal(reply.Length, new ReplyChecker(encoder).Check(reply, Key, read: true, out ReplyOutcome outcome));
        Assert.Equal(ReplyOutcome.Hit, outcome);
    }

    private IEnumerable<(bool Read, byte[] Reply, ReplyOutcome Expected)> Expected() =>
    [
        (false, "+OK\r\n"u8.ToArray(), ReplyOutcome.Stored),
        (true, Bulk(_encoder.ValueOf(Key)), ReplyOutcome.Hit),
        (true, "$-1\r\n"u8.ToArray(), ReplyOutcome.Miss),
        (true, "_\r\n"u8.ToArray(), ReplyOutcome.Miss),
        (true, "$0\r\n\r\n"u8.ToArray(), ReplyOutcome.WrongValue),
        (true, "$3\r\nabc\r\n"u8.ToArray(), ReplyOutcome.WrongValue),
        (true, Bulk(_encoder.ValueOf(Key + 1)), ReplyOutcome.WrongValue),
        (false, "-MISCONF no\r\n"u8.ToArray(), ReplyOutcome.SetError),
        (true, "-WRONGTYPE no\r\n"u8.ToArray(), ReplyOutcome.GetError),
    ];

    private static byte[] Bulk(byte[] value) => [.. Encoding.ASCII.GetBytes($"${value.Length}\r\n"), .. value, .. "\r\n"u8];
}
