namespace OrleansKv.Engine.Table;

/// <summary>
/// The order in which entries were last used: a list linked both ways through their headers. Invariant: from <see cref="Coldest"/> along
/// <see cref="EntryLayout.Warmer"/> every entry comes once, and <see cref="Hottest"/> last. A struct within the table, which runs it, because
/// each read under a memory budget relinks an entry; never copied. Thread-confined.
/// </summary>
internal unsafe struct LruList(PagePool pages)
{
    public uint Hottest { get; private set; }

    public uint Coldest { get; private set; }

    public void Add(byte* e, uint reference)
    {
        EntryLayout.Warmer(e) = 0;
        EntryLayout.Colder(e) = Hottest;
        if (Hottest != 0) EntryLayout.Warmer(pages.Address(Hottest)) = reference;
        else Coldest = reference;
        Hottest = reference;
    }

    public void Remove(byte* e)
    {
        uint warmer = EntryLayout.Warmer(e), colder = EntryLayout.Colder(e);
        if (warmer != 0) EntryLayout.Colder(pages.Address(warmer)) = colder;
        else Hottest = colder;
        if (colder != 0) EntryLayout.Warmer(pages.Address(colder)) = warmer;
        else Coldest = warmer;
    }

    /// <summary>Puts an entry at the hot end.</summary>
    public void Touch(byte* e, uint reference)
    {
        if (Hottest == reference) return;
        Remove(e);
        Add(e, reference);
    }

    /// <summary>Puts an object into the place of the one that it replaces.</summary>
    public void Replace(byte* old, byte* e, uint reference)
    {
        uint warmer = EntryLayout.Warmer(old), colder = EntryLayout.Colder(old);
        EntryLayout.Warmer(e) = warmer;
        EntryLayout.Colder(e) = colder;
        if (warmer != 0) EntryLayout.Colder(pages.Address(warmer)) = reference;
        else Hottest = reference;
        if (colder != 0) EntryLayout.Warmer(pages.Address(colder)) = reference;
        else Coldest = reference;
    }

    /// <summary>Forgets all entries.</summary>
    public void Clear() => Hottest = Coldest = 0;
}
