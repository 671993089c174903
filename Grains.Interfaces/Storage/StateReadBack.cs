using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Orleans.Storage;

namespace OrleansKv.Grains.Storage;

/// <summary>
/// Reads a state's bytes back before they are written. A serializer can write what it refuses to read (a type that it is not allowed to
/// make, an abstract member) or reads as something else (a property without a setter): writes would all succeed, and after a restart the
/// state would be lost. Any thread.
/// </summary>
internal sealed class StateReadBack(IGrainStorageSerializer serializer, StateReadBackMode mode)
{
    /// <summary>
    /// Writes of a type that are also serialized again and compared, 16: which members are lost is decided by the type, and the first write
    /// may have but default values.
    /// </summary>
    internal const int ComparedWrites = 16;

    private const string Attribute = "[GenerateSerializer]";
    private const string NoType = "Error resolving type specified in JSON"; // Newtonsoft's words

    private readonly ConcurrentDictionary<Type, StrongBox<int>> _writes = new();

    /// <summary>Why the bytes must not be written, as the end of a sentence; null when they can be read.</summary>
    /// <param name="state">The state.</param>
    /// <param name="written">What the serializer made of it.</param>
    public string? Refusal<T>(T? state, ReadOnlyMemory<byte> written)
    {
        if (mode == StateReadBackMode.Off) return null;
        StrongBox<int> writes = _writes.GetOrAdd(typeof(T), static _ => new StrongBox<int>());
        bool isCompared = Volatile.Read(ref writes.Value) < ComparedWrites; // several at once may all be compared
        if (!isCompared && mode == StateReadBackMode.FirstWrites) return null;
        T? read;
        try
        {
            read = serializer.Deserialize<T>(new BinaryData(written));
        }
        catch (Exception failure)
        {
            return $"{serializer.GetType().Name} could not read it back, so that it would be lost: {Reason(failure)}";
        }

        if (!isCompared) return null;
        if (Difference(state, read, written) is { } difference)
            return $"{serializer.GetType().Name} reads it back as another state, so that it would be lost: {difference}";
        Interlocked.Increment(ref writes.Value);
        return null;
    }

    // The cause of a type that is not marked is two exceptions deep, with advice that takes five lines: ours is what an application wants.
    private static string Reason(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            string words = cause.Message;
            if (words.Contains(Attribute, StringComparison.Ordinal) || words.StartsWith(NoType, StringComparison.Ordinal))
                return $"{failure.Message} Mark the type with {Attribute}, and its members with [Id(0)], [Id(1)] and so on.";
        }

        return failure.Message.TrimEnd('.') + ".";
    }

    private string? Difference<T>(T? state, T? read, ReadOnlyMemory<byte> written)
    {
        ReadOnlyMemory<byte> again = serializer.Serialize(read).ToMemory();
        if (SameButForOrder(written.Span, again.Span)) return null;
        // A state with a member that changes by itself (the time of day) is never the same twice: nothing can be said of it.
        if (!SameButForOrder(written.Span, serializer.Serialize(state).ToMemory().Span)) return null;
        string member = MemberAt(written.Span, written.Span.CommonPrefixLength(again.Span)) is { } name ? $"'{name}'" : "a member";
        return $"{member} differs. Does it have a setter and the serializer's attribute?";
    }

    // A dictionary or a set may list the same entries in another order after it was read.
    private static bool SameButForOrder(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length) return false;
        if (one.SequenceEqual(other)) return true;
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (byte b in one) counts[b]++;
        foreach (byte b in other) counts[b]--;
        return !counts.ContainsAnyExcept(0);
    }

    // In JSON: the name before the value in which the bytes differ.
    private static string? MemberAt(ReadOnlySpan<byte> json, int position)
    {
        if (json.IsEmpty || json[0] != (byte)'{') return null;
        int end = json[..Math.Min(position, json.Length)].LastIndexOf("\":"u8);
        if (end < 0) return null;
        int start = json[..end].LastIndexOf((byte)'"') + 1;
        return end - start is > 0 and <= 80 ? System.Text.Encoding.UTF8.GetString(json[start..end]) : null;
    }
}
