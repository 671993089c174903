using Orleans.Runtime;
using OrleansKv.Client;

//snippet 4

//snippet 10

public interface ICartGrain : IGrainWithStringKey
{
    Task<int> Add(string item);
}

public sealed record Order(string Item, int Count);

public sealed record Cart(string[] Items)
{
    public Cart Add(string item) => new([.. Items, item]);
}
