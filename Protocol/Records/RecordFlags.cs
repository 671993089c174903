namespace OrleansKv.Protocol.Records;

/// <summary>
/// What a record says of the group (transaction) that it belongs to. The last record of a group has no flag, and neither has a record that
/// is alone: nothing is ever appended for a group's end.
/// </summary>
[Flags]
public enum RecordFlags : byte
{
    None = 0,

    /// <summary>
    /// The next record of this journal belongs to the same group: recovery applies all of them or none. Of this journal alone.
    /// </summary>
    Continues = 1,

    /// <summary>The next record of this shard belongs to the same group. The same in every journal that has the record.</summary>
    ShardContinues = 2,
}
