namespace OrleansKv.Engine.Table;

/// <summary>
/// The order in which entries were last used: a list linked both ways through their headers. Invariant: from <see cref="Coldest"/> along
/// <see cref="EntryLayout.Warmer"/> every entry comes once, and <see cref="Hottest"/> last. A struct within the table, which runs it,
/// because each read under a memory budget relinks an entry; never copied. Thread-confined.
/// Who looks along it for an entry of a kind remembers here how far none was (<see cref="Passed"/>), and goes on from there: every way in
/// is at the hot end, so each entry is passed once for each time that it came there.
/// </summary>
internal unsafe struct LruList(PagePool pages)
{
    public uint Hottest { get; private set; }

    public uint Coldest { get; private set; }

    /// <summary>
    /// The warmest of those at the cold end that have been looked at; 0: none. It follows when that one goes or gets another place.
    /// </summary>
    public uint Passed { get; set; }

    public void Add(byte* e, uint reference)
    {
        EntryLayout.Warmer(e) = 0;
        EntryLayout.Colder(e) = Hottest;
        if (Hottest != 0) EntryLayout.Warmer(pages.Address(Hottest)) = reference;
        else Coldest = reference;
        Hottest = reference;
    }

    public void Remove(byte* e, uint reference)
    {
        uint warmer = EntryLayout.Warmer(e), colder = EntryLayout.Colder(e);
        if (Passed == reference) Passed = colder;
        if (warmer != 0) EntryLayout.Colder(pages.Address(warmer)) = colder;
        else Hottest = colder;
        if (colder != 0) EntryLayout.Warmer(pages.Address(colder)) = warmer;
        else Coldest = warmer;
    }

    /// <summary>Puts an entry at the hot end, as one that has not been looked at.</summary>
    public void Touch(byte* e, uint reference)
    {
        if (Hottest == reference)
        {
            if (Passed == reference) Passed = EntryLayout.Colder(e);
            return;
        }

        Remove(e, reference);
        Add(e, reference);
    }

    /// <summary>Puts an object into the place of the one that it replaces.</summary>
    public void Replace(byte* old, uint oldReference, byte* e, uint reference)
    {
        if (Passed == oldReference) Passed = reference;
        uint warmer = EntryLayout.Warmer(old), colder = EntryLayout.Colder(old);
        EntryLayout.Warmer(e) = warmer;
        EntryLayout.Colder(e) = colder;
        if (warmer != 0) EntryLayout.Colder(pages.Address(warmer)) = reference;
        else Hottest = reference;
        if (colder != 0) EntryLayout.Warmer(pages.Address(colder)) = reference;
        else Coldest = reference;
    }

    /// <summary>Forgets all entries.</summary>
    public void Clear() => Hottest = Coldest = Passed = 0;
}
