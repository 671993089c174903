using System.Buffers;
using System.Runtime.InteropServices;
using OrleansKv.Engine.Replication;
using OrleansKv.Engine.Shards;
using OrleansKv.Protocol;

namespace OrleansKv.Engine.Tests.Replication;

/// <summary>
/// Messages between replicas as bytes: each is read back as it was; a part of one is refused, and garbage is refused or is another message.
/// </summary>
public sealed class ReplicaMessagesTests
{
    private static readonly LogPosition Position = new(new Epoch(3), new Lsn(0x0102_0304_0506));
    private static readonly LogPosition Other = new(new Epoch(uint.MaxValue), new Lsn(Lsn.MaxValue));
    private static readonly TimeSpan Time = TimeSpan.FromTicks(-7_000_000_001);

    private static readonly LogHead Head = new(Position, ShardRecords.Before(5),
        [new EpochStart(new Epoch(1), new Lsn(1)), new EpochStart(new Epoch(3), new Lsn(256)), new EpochStart(new Epoch(9), new Lsn(256))]);

    private static readonly LogHead EmptyHead = new(LogPosition.None, LogPosition.None, []);

    private static int Count => ShardRecords.All.Count;

    /// <summary>All kinds, with and without what may be missing.</summary>
    private static IReplicaMessage[] Messages =>
    [
        new AppendRequest(new Epoch(5), ShardRecords.Run(0, Count), Position, Time, true),
        new AppendRequest(new Epoch(6), ShardRecords.Run(7, Count), Other, TimeSpan.MaxValue, false),
        new AppendRequest(new Epoch(uint.MaxValue), RecordRun.Empty(Position), LogPosition.None, TimeSpan.Zero, true),
        new AppendReply(new Epoch(7), new Epoch(8), Position, null, Time, true, false),
        new AppendReply(new Epoch(7), new Epoch(8), null, Head, TimeSpan.MinValue, false, true),
        new AppendReply(new Epoch(7), new Epoch(8), null, null, Time, false, false),
        new AppendReply(new Epoch(7), new Epoch(8), Other, EmptyHead, Time, true, true),
        new PromiseRequest(new Epoch(9)),
        new PromiseReply(new Epoch(10), new Epoch(11), Head, true),
        new PromiseReply(new Epoch(10), new Epoch(11), EmptyHead, false),
        new FetchRequest(new Epoch(12), Position),
        new FetchReply(new Epoch(13), LogPosition.None, ShardRecords.Run(0, Count), Other),
        new FetchReply(new Epoch(13), Position, RecordRun.Empty(Position), Position),
        new FetchReply(new Epoch(13), Position, null, Other),
        new LeaseRelease(new Epoch(14)),
        new DigestRequest(new Epoch(15), Position),
        new DigestReply(new Epoch(15), Position, new StateDigest(new UInt128(1, ulong.MaxValue), 7), false),
        new DigestReply(new Epoch(15), Other, null, true),
    ];

    [Fact]
    public void Message_OfEachKind_IsReadAsItWas()
    {
        Assert.Equal(Enum.GetValues<ReplicaMessageKind>(), Messages.Select(m => (ReplicaMessageKind)Bytes(m)[2]).Distinct().Order());
        foreach (IReplicaMessage message in Messages)
        {
            byte[] bytes = Bytes(message);
            Assert.Equal(ReplicaMessages.SizeOf(message), bytes.Length);
            (ShardId shard, IReplicaMessage read) = Assert.Single(ReadAll(bytes));
            Assert.Equal(ShardRecords.Shard, shard);
            Assert.Equal(Described(message), Described(read));
            Assert.Equal(bytes, Bytes(read));
        }
    }

    [Fact]
    public void Bytes_AreTheOnesThatAreDrawn()
    {
        Assert.Equal("0004 07 04000000 0E000000", Hex(new ShardId(1024), new LeaseRelease(new Epoch(14)), 2, 1, 4, 4));
        var head = new LogHead(Position, LogPosition.None, [new EpochStart(new Epoch(2), new Lsn(4))]);
        Assert.Equal(
            "0100 02 46000000 07000000 08000000 0A00000000000000 01 00 01 03000000 0605040302010000 "
                + "01 03000000 0605040302010000 00000000 0000000000000000 0100 02000000 0400000000000000",
            Hex(new ShardId(1), new AppendReply(new Epoch(7), new Epoch(8), Position, head, new TimeSpan(10), true, false),
                2, 1, 4, 4, 4, 8, 1, 1, 1, 4, 8, 1, 4, 8, 4, 8, 2, 4, 8));
        string records = Convert.ToHexString(ShardRecords.Bytes(0, 1));
        Assert.Equal(
            $"0000 01 {37 + (records.Length / 2):X2}000000 05000000 03000000 0605040302010000 0A00000000000000 01 "
                + $"00000000 0000000000000000 {records}",
            Hex(ShardRecords.Shard, new AppendRequest(new Epoch(5), ShardRecords.Run(0, 1), Position, new TimeSpan(10), true),
                2, 1, 4, 4, 4, 8, 8, 1, 4, 8, records.Length / 2));
    }

    [Fact]
    public void Records_AreSlicesOfTheBuffer()
    {
        byte[] buffer = Bytes(Messages);
        int runs = 0;
        foreach ((_, IReplicaMessage message) in ReadAll(buffer))
        {
            if ((message as AppendRequest)?.Records is not RecordRun { IsEmpty: false } run) continue;
            runs++;
            Assert.True(MemoryMarshal.TryGetArray(run.Bytes, out ArraySegment<byte> segment));
            Assert.Same(buffer, segment.Array);
        }

        Assert.Equal(2, runs);
    }

    [Fact]
    public void Buffer_OfManyMessages_GivesThemInOrder_AndEachItsShard()
    {
        var to = new ArrayBufferWriter<byte>();
        var expected = new List<(ShardId, string)>();
        foreach (IReplicaMessage message in Messages)
        {
            bool hasRecords = message is AppendRequest or FetchReply;
            ShardId shard = hasRecords ? ShardRecords.Shard : new ShardId((ushort)(ShardId.MaxCount - expected.Count));
            ReplicaMessages.Write(to, shard, message);
            expected.Add((shard, Described(message)));
        }

        Assert.Equal(expected, ReadAll(to.WrittenMemory).Select(r => (r.Shard, Described(r.Message))));
        Assert.Empty(ReadAll(default));
    }

    [Fact]
    public void Message_CutAnywhere_IsRefused()
    {
        foreach (IReplicaMessage message in Messages)
        {
            byte[] bytes = Bytes(message);
            for (int length = 1; length < bytes.Length; length++)
            {
                byte[] part = bytes[..length];
                Assert.Throws<InvalidDataException>(() => ReadAll(part));
            }

            Assert.Throws<InvalidDataException>(() => ReadAll((byte[])[.. bytes, 0]));
        }
    }

    [Fact]
    public void BodyCutAnywhere_WithALengthThatSaysSo_IsRefused_OrIsAMessage()
    {
        foreach (IReplicaMessage message in Messages)
        {
            byte[] bytes = Bytes(message);
            for (int length = ReplicaMessages.FrameBytes; length < bytes.Length; length++)
            {
                byte[] part = bytes[..length];
                BitConverter.TryWriteBytes(part.AsSpan(ReplicaMessages.LengthAt), length - ReplicaMessages.FrameBytes);
                IsRefusedOrAMessage(part, $"{message.GetType().Name} cut at {length}");
            }
        }
    }

    [Fact]
    public void Buffer_CutAnywhere_GivesTheMessagesBefore_AndNoOther()
    {
        byte[] bytes = Bytes(Messages);
        string[] all = [.. Messages.Select(Described)];
        for (int length = 0; length < bytes.Length; length++)
        {
            var reader = new ReplicaMessageReader(bytes.AsMemory(0, length));
            int read = 0;
            try
            {
                while (reader.TryRead(out _, out IReplicaMessage? message)) Assert.Equal(all[read++], Described(message));
            }
            catch (InvalidDataException)
            {
                // the one that was cut
            }

            Assert.Equal(WholeMessages(length), read);
        }
    }

    [Fact]
    public void Garbage_IsRefused_OrIsAMessage()
    {
        const int Seed = 1;
        var random = new Random(Seed);
        int messages = 0;
        foreach (IReplicaMessage message in Messages)
        {
            byte[] whole = Bytes(message);
            for (int i = 0; i < 3_000; i++)
            {
                byte[] garbage = [.. whole];
                for (int flips = random.Next(1, 4); flips > 0; flips--)
                    garbage[random.Next(Math.Min(garbage.Length, random.Next(2) == 0 ? 64 : int.MaxValue))] ^= (byte)random.Next(1, 256);
                if (IsRefusedOrAMessage(garbage, $"seed {Seed}, {message.GetType().Name}, round {i}")) messages++;
            }
        }

        for (int i = 0; i < 20_000; i++)
        {
            var noise = new byte[random.Next(1, 80)];
            random.NextBytes(noise);
            if (noise.Length >= ReplicaMessages.FrameBytes)
            {
                noise[1] = 0;
                noise[2] = (byte)random.Next(9);
                BitConverter.TryWriteBytes(noise.AsSpan(ReplicaMessages.LengthAt), noise.Length - ReplicaMessages.FrameBytes);
            }

            IsRefusedOrAMessage(noise, $"seed {Seed}, noise {i}");
        }

        Assert.True(messages > 1_000, $"{messages} damaged messages could be read: that tests little");
    }

    [Fact]
    public void Epochs_MoreThanAreKept_OrOutOfOrder_AreRefused()
    {
        EpochStart[] most = [.. Enumerable.Range(1, EpochHistory.MaxCount).Select(i => new EpochStart(new Epoch((uint)i), new Lsn(i)))];
        byte[] bytes = Bytes(Promise(most));
        Assert.Equal(bytes, Bytes(Assert.Single(ReadAll(bytes)).Message));
        EpochStart[] tooMany = [.. most, new EpochStart(new Epoch(2_000), new Lsn(2_000))];
        Assert.Throws<ArgumentException>(() => Bytes(Promise(tooMany)));

        // What a program that keeps more would send.
        byte[] longer = [.. bytes, .. new byte[EpochStart.SizeBytes]];
        tooMany[^1].Write(longer.AsSpan(bytes.Length));
        BitConverter.TryWriteBytes(longer.AsSpan(ReplicaMessages.LengthAt), longer.Length - ReplicaMessages.FrameBytes);
        int countAt = bytes.Length - (most.Length * EpochStart.SizeBytes) - sizeof(ushort);
        BitConverter.TryWriteBytes(longer.AsSpan(countAt), (ushort)tooMany.Length);
        Assert.Throws<InvalidDataException>(() => ReadAll(longer));

        Assert.Throws<InvalidDataException>(() => ReadAll(Bytes(Promise([most[1], most[0]]))));
        Assert.Throws<InvalidDataException>(() => ReadAll(Bytes(Promise([most[1], most[1]]))));
        Assert.Throws<InvalidDataException>(() => ReadAll(Bytes(Promise([most[1], new EpochStart(new Epoch(3), new Lsn(1))]))));

        static PromiseReply Promise(EpochStart[] epochs) => new(new Epoch(1), new Epoch(1), new LogHead(Position, Position, epochs), false);
    }

    [Fact]
    public void Records_OfAnotherShardThanTheMessage_AreRefused()
    {
        var to = new ArrayBufferWriter<byte>();
        ReplicaMessages.Write(to, new ShardId(1), Messages[0]);
        Assert.Throws<InvalidDataException>(() => ReadAll(to.WrittenMemory));
    }

    [Fact]
    public void Write_MessageThatCannotBeRead_Throws_AndWritesNothing()
    {
        var to = new ArrayBufferWriter<byte>();
        var fetched = new FetchReply(new Epoch(1), Position, ShardRecords.Run(0, Count), Position); // behind another position
        Assert.Throws<ArgumentException>(() => ReplicaMessages.Write(to, ShardRecords.Shard, fetched));
        Assert.Equal(0, to.WrittenCount);
    }

    // Whether it was a message. One that was read has one form, and its records can be gone over.
    private static bool IsRefusedOrAMessage(byte[] bytes, string what)
    {
        try
        {
            List<(ShardId Shard, IReplicaMessage Message)> read = ReadAll(bytes);
            var again = new ArrayBufferWriter<byte>();
            foreach ((ShardId shard, IReplicaMessage message) in read)
            {
                ReplicaMessages.Write(again, shard, message);
                ((message as AppendRequest)?.Records ?? (message as FetchReply)?.Records)?.KnownBy(ShardRecords.Log(3));
            }

            Assert.True(again.WrittenSpan.SequenceEqual(bytes), $"{what}: what was read is written in another way");
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static int WholeMessages(int bytes)
    {
        int count = 0;
        foreach (IReplicaMessage message in Messages)
        {
            bytes -= ReplicaMessages.SizeOf(message);
            if (bytes < 0) break;
            count++;
        }

        return count;
    }

    // Each field that is not a list or a run describes itself.
    private static string Described(IReplicaMessage message) => message switch
    {
        AppendRequest append => $"append {append.Epoch} {Described(append.Records)} {append.Committed} {append.SentAt}",
        AppendReply reply => $"{reply with { Head = null }} {Described(reply.Head)}",
        PromiseReply promise => $"{promise with { Head = EmptyHead }} {Described(promise.Head)}",
        FetchReply fetched => $"fetched {fetched.Epoch} {fetched.After} {Described(fetched.Records)} {fetched.End}",
        _ => $"{message}",
    };

    private static string Described(IReplicaRecords? records) =>
        records is RecordRun run ? $"{run.Before} to {run.Last}: {Convert.ToHexString(run.Bytes.Span)}" : "none";

    private static string Described(LogHead? head) => head is null ? "none" : $"{head.End} {head.Applied} {string.Join(' ', head.Epochs)}";

    private static byte[] Bytes(params IReplicaMessage[] messages)
    {
        var to = new ArrayBufferWriter<byte>();
        foreach (IReplicaMessage message in messages) ReplicaMessages.Write(to, ShardRecords.Shard, message);
        return to.WrittenSpan.ToArray();
    }

    // Its bytes in hexadecimal, with spaces between parts of these lengths.
    private static string Hex(ShardId shard, IReplicaMessage message, params int[] parts)
    {
        var to = new ArrayBufferWriter<byte>();
        ReplicaMessages.Write(to, shard, message);
        Assert.Equal(parts.Sum(), to.WrittenCount);
        int at = 0;
        return string.Join(' ', parts.Select(n => Convert.ToHexString(to.WrittenSpan.Slice((at += n) - n, n))));
    }

    private static List<(ShardId Shard, IReplicaMessage Message)> ReadAll(ReadOnlyMemory<byte> buffer)
    {
        var all = new List<(ShardId, IReplicaMessage)>();
        var reader = new ReplicaMessageReader(buffer);
        while (reader.TryRead(out ShardId shard, out IReplicaMessage? message)) all.Add((shard, message));
        return all;
    }
}
