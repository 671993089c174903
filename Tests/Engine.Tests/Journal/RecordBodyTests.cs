using FsCheck;
using FsCheck.Fluent;
using OrleansKv.Engine.Journal;
using OrleansKv.Protocol.Records;

namespace OrleansKv.Engine.Tests.Journal;

public sealed class RecordBodyTests
{
    [Fact]
    public void AnyEffect_SurvivesItsBytes() => Prop.ForAll<byte[], byte[], int>((key, value, number) =>
    {
        key ??= [];
        value ??= [];
        foreach (EffectKind kind in (EffectKind[])[EffectKind.Set, EffectKind.Patch, EffectKind.SetDeadline, EffectKind.Delete])
        {
            int offset = kind == EffectKind.Patch ? number & int.MaxValue : 0;
            long deadline = kind == EffectKind.Patch ? 0 : (uint)number;
            var effect = new Effect(kind, key, value, deadline, offset);
            var bytes = new byte[RecordBody.SizeOf(effect)];
            RecordBody.Write(effect, bytes);
            if (!RecordBody.TryRead(Segment.FormatVersion, kind, bytes, out Effect read)) return false;
            if (!read.Key.SequenceEqual(key) || !read.Value.SequenceEqual(value) || read.DeadlineMs != deadline || read.Offset != offset)
                return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void AnyBytes_AreReadOrRefused_NeverThrow() => Prop.ForAll<byte[]>(bytes =>
    {
        for (byte kind = 0; kind < 11; kind++)
        {
            RecordBody.TryRead(1, (EffectKind)kind, bytes ?? [], out _);
            RecordBody.TryRead(2, (EffectKind)kind, bytes ?? [], out _);
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Checksum_ChangesWithAnyBit() => Prop.ForAll<byte[], int>((bytes, at) =>
    {
        if (bytes is null or []) return true;
        uint before = Checksum.Of(bytes);
        bytes[(at & int.MaxValue) % bytes.Length] ^= (byte)(1 << (at & 7));
        return Checksum.Of(bytes) != before;
    }).QuickCheckThrowOnFailure();
}
