package explorer

import (
	"container/list"
	"sync"
)

// cache keeps what was read of files for as long as they do not change, the last used of it.
type cache struct {
	mu    sync.Mutex
	used  *list.List // of *kept, last used first
	at    map[string]*list.Element
	bytes int64
}

// cacheBytes is what the cache holds at most, roughly; the largest thing always has room.
const cacheBytes = 48 << 20

type kept struct {
	key, stamp string
	value      any
	bytes      int64
}

func newCache() *cache { return &cache{used: list.New(), at: map[string]*list.Element{}} }

// cached returns what load reads, again only when the stamp differs. load also says how large it is in memory.
func cached[T any](c *cache, key, stamp string, load func() (T, int64, error)) (T, error) {
	c.mu.Lock()
	if e := c.at[key]; e != nil {
		if k := e.Value.(*kept); k.stamp == stamp {
			c.used.MoveToFront(e)
			c.mu.Unlock()
			return k.value.(T), nil
		}
	}
	c.mu.Unlock()
	value, bytes, err := load()
	if err != nil {
		return value, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.at[key]; e != nil {
		c.drop(e)
	}
	c.at[key] = c.used.PushFront(&kept{key, stamp, value, bytes})
	for c.bytes += bytes; c.bytes > cacheBytes && c.used.Len() > 1; {
		c.drop(c.used.Back())
	}
	return value, nil
}

func (c *cache) drop(e *list.Element) {
	k := c.used.Remove(e).(*kept)
	c.bytes -= k.bytes
	delete(c.at, k.key)
}
