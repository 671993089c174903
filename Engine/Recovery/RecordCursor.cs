using System.Runtime.CompilerServices;
using OrleansKv.Engine.Io;
using OrleansKv.Engine.Journal;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Recovery;

/// <summary>
/// Goes through a segment's records one by one, and knows which of them stand together as a group. It does not ask whether a record can
/// follow those before it: that is <see cref="JournalScan"/>'s. A local of its owner, never copied; one thread.
/// </summary>
/// <param name="version">The segment's format.</param>
/// <param name="start">Byte of the file where the first record stands.</param>
internal struct RecordCursor(uint version, long start = Segment.HeaderBytes)
{
    /// <summary>Where the record stands that was read last.</summary>
    public long At { get; private set; } = start;

    /// <summary>Where the next one stands.</summary>
    public long Next { get; private set; } = start;

    /// <summary>Where the group of the record that was read last begins; <see cref="At"/> when it is of none.</summary>
    public long GroupAt { get; private set; } = start;

    public GroupPlace Place { get; private set; }

    /// <summary>Reads the next record. Null, or what is wrong with it: then the cursor stands at it, and goes no further.</summary>
    /// <param name="file">The segment's file.</param>
    /// <param name="header">As of <see cref="RecordReader.TryRead"/>, as the others are.</param>
    /// <param name="effect">What it does.</param>
    /// <param name="isSealed">Whether its checksum fits.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // for each record of a start, long before a tier would come
    public string? Read(FileWindow file, out RecordHeader header, out Effect effect, out bool isSealed)
    {
        At = Next;
        bool isMember = Place == GroupPlace.Inside;
        if (!isMember) GroupAt = At;
        if (RecordReader.TryRead(file, version, At, out header, out effect, out isSealed) is { } problem) return problem;
        Next = At + header.RecordBytes;
        Place = header.Continues ? GroupPlace.Inside : isMember ? GroupPlace.Last : GroupPlace.Alone;
        return null;
    }
}
