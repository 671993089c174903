using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace OrleansKv.Engine.Table;

/// <summary>
/// Objects in unmanaged 64 KiB pages, one size class a page. A reference is the page's number (20 bits) and the object's place in it
/// (12 bits); 0 is none, so page 0 is never used. Free objects of a page are linked through their first four bytes. A page that empties
/// serves any class next. Thread-confined.
/// </summary>
internal sealed unsafe class PagePool : IDisposable
{
    public const int PageBytes = 64 * 1024;
    private const int PlaceBits = 12;
    private const int MaxPages = 1 << 20;
    private const int MaxSparePages = 16; // 1 MiB kept for reuse; more goes back to the system
    private const ushort NoFree = ushort.MaxValue;

    private struct Page
    {
        public byte* Memory;
        public int ObjectBytes;
        public ushort Used;
        public ushort Fresh; // objects from here on have never been used: their memory is untouched
        public ushort FirstFree;
        public ushort Capacity;
        public int Next; // in the class's list of pages with room
        public int Previous;
    }

    private readonly int[] _withRoom = new int[SizeClasses.Count];
    private readonly Stack<nint> _spare = new();
    private readonly Stack<int> _freeNumbers = new();
    private Page[] _pages = new Page[8];
    private int _pageCount = 1;

    /// <summary>Bytes of objects in use, rounded to their class.</summary>
    public long UsedBytes { get; private set; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* Address(uint reference)
    {
        ref Page page = ref _pages[reference >> PlaceBits];
        return page.Memory + ((reference & ((1 << PlaceBits) - 1)) * (uint)page.ObjectBytes);
    }

    /// <summary>Prefetches an object, or whatever is at its place by now. Any thread: nothing is read but the page's table.</summary>
    public void Prefetch(uint reference)
    {
        Page[] pages = _pages;
        uint number = reference >> PlaceBits;
        if (number >= pages.Length) return;
        ref Page page = ref pages[number];
        byte* at = page.Memory + ((reference & ((1 << PlaceBits) - 1)) * (uint)page.ObjectBytes);
        System.Runtime.Intrinsics.X86.Sse.Prefetch0(at);
        // An entry begins anywhere in a line: one of 108 bytes stands in two or three of them.
        System.Runtime.Intrinsics.X86.Sse.Prefetch0(at + 64);
        if (page.ObjectBytes > 65) System.Runtime.Intrinsics.X86.Sse.Prefetch0(at + Math.Min(page.ObjectBytes - 1, 128));
    }

    /// <summary>
    /// The address of what may be an object or may have been one; null when its place was never used in the page that is there now.
    /// </summary>
    public byte* AddressOrNull(uint reference)
    {
        uint number = reference >> PlaceBits;
        if (number >= _pageCount) return null;
        ref Page page = ref _pages[number];
        uint place = reference & ((1 << PlaceBits) - 1);
        return place < page.Fresh ? page.Memory + (place * (uint)page.ObjectBytes) : null;
    }

    /// <summary>Bytes that the object may use.</summary>
    public int BytesOf(uint reference) => _pages[reference >> PlaceBits].ObjectBytes;

    /// <summary>
    /// An object of at least <paramref name="bytes"/>; its content is undefined. Throws <see cref="OutOfMemoryException"/> and changes
    /// nothing then.
    /// </summary>
    public uint Allocate(int bytes)
    {
        int sizeClass = SizeClasses.ClassOf(bytes);
        int number = _withRoom[sizeClass];
        if (number == 0) number = AddPage(sizeClass);
        ref Page page = ref _pages[number];
        int place;
        if (page.FirstFree != NoFree)
        {
            place = page.FirstFree;
            page.FirstFree = *(ushort*)(page.Memory + (place * page.ObjectBytes));
        }
        else
        {
            place = page.Fresh++;
        }

        page.Used++;
        UsedBytes += page.ObjectBytes;
        if (page.Used == page.Capacity) Unlink(sizeClass, number);
        return ((uint)number << PlaceBits) | (uint)place;
    }

    public void Free(uint reference)
    {
        int number = (int)(reference >> PlaceBits);
        ref Page page = ref _pages[number];
        int place = (int)(reference & ((1 << PlaceBits) - 1));
        int sizeClass = SizeClasses.ClassOf(page.ObjectBytes);
        if (page.Used == page.Capacity) Link(sizeClass, number);
        *(ushort*)(page.Memory + (place * page.ObjectBytes)) = page.FirstFree;
        page.FirstFree = (ushort)place;
        page.Used--;
        UsedBytes -= page.ObjectBytes;
        if (page.Used > 0) return;
        Unlink(sizeClass, number);
        Release(page.Memory);
        page = default;
        _freeNumbers.Push(number);
    }

    public void Dispose()
    {
        for (int i = 1; i < _pageCount; i++) NativeMemory.AlignedFree(_pages[i].Memory);
        while (_spare.TryPop(out nint memory)) NativeMemory.AlignedFree((void*)memory);
        _pages = [];
        _pageCount = 0;
    }

    private int AddPage(int sizeClass)
    {
        bool reuse = _freeNumbers.TryPeek(out int number);
        if (!reuse) number = _pageCount;
        if (number == MaxPages) throw new OutOfMemoryException("a shard's entries exceed 64 GiB: use more shards");
        byte* memory = _spare.TryPop(out nint spare) ? (byte*)spare : (byte*)NativeMemory.AlignedAlloc(PageBytes, 4096);
        if (reuse)
        {
            _freeNumbers.Pop();
        }
        else
        {
            _pageCount++;
            if (number == _pages.Length) Array.Resize(ref _pages, _pages.Length * 2);
        }

        int bytes = SizeClasses.BytesOf(sizeClass);
        int capacity = Math.Min(PageBytes / bytes, 1 << PlaceBits);
        _pages[number] = new Page { Memory = memory, ObjectBytes = bytes, FirstFree = NoFree, Capacity = (ushort)capacity };
        Link(sizeClass, number);
        return number;
    }

    private void Release(byte* memory)
    {
        if (_spare.Count < MaxSparePages) _spare.Push((nint)memory);
        else NativeMemory.AlignedFree(memory);
    }

    private void Link(int sizeClass, int number)
    {
        int first = _withRoom[sizeClass];
        _pages[number].Next = first;
        _pages[number].Previous = 0;
        if (first != 0) _pages[first].Previous = number;
        _withRoom[sizeClass] = number;
    }

    private void Unlink(int sizeClass, int number)
    {
        ref Page page = ref _pages[number];
        if (page.Previous != 0) _pages[page.Previous].Next = page.Next;
        else _withRoom[sizeClass] = page.Next;
        if (page.Next != 0) _pages[page.Next].Previous = page.Previous;
        page.Next = page.Previous = 0;
    }
}
