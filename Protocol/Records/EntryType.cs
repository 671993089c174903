namespace OrleansKv.Protocol.Records;

/// <summary>
/// Type of an entry: the lower four bits of the byte that stands in records and snapshots; the upper four are the encoding of its value
/// (0: the plain bytes, or one packed block). The numbers are on disk: never reuse one. This program writes and reads strings; a program
/// that first writes another type raises the format version.
/// </summary>
public enum EntryType : byte
{
    String = 0,
    Hash = 1,
    List = 2,
    Set = 3,
    SortedSet = 4,
}
