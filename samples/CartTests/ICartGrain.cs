namespace CartTests;

public interface ICartGrain : IGrainWithStringKey
{
    Task Add(string item);

    Task<string[]> Items();
}
