package main

import (
	"encoding/base64"
	"errors"
	"math/big"
	"strings"
)

// Go's crypto/ed25519 takes public keys of small order, under which one signature fits any message. Among parties who
// do not trust each other a key must be a canonical point of the prime-order group, and so must R be canonical and not of
// small order. The arithmetic is plain math/big: it is done once a key.

var (
	fieldP = sub(pow2(255), big.NewInt(19))
	orderL = add(pow2(252), decimal("27742317777372353535851937790883648493"))
	curveD = mulMod(sub(fieldP, big.NewInt(121665)), inverse(big.NewInt(121666)))
	one    = big.NewInt(1)
)

// A point in affine coordinates.
type point struct{ x, y *big.Int }

// checkKey refuses the key of a verifier line, name+id+key, that is not strict.
func checkKey(vkey string) error {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return errors.New("the verifier key has not three parts")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 1 {
		return errors.New("not an Ed25519 verifier key")
	}
	return checkPoint(key[1:])
}

// checkPoint refuses 32 bytes that are not a canonical point of the prime-order group.
func checkPoint(key []byte) error {
	found, err := decompress(key)
	if err != nil {
		return err
	}
	if small(found) {
		return errors.New("the key is of small order: one signature fits any message")
	}
	if end := times(orderL, found); end.x.Sign() != 0 || end.y.Cmp(one) != 0 {
		return errors.New("the key is outside the prime-order group")
	}
	return nil
}

// checkSignature refuses 64 bytes whose R is not canonical or of small order, or whose S is not below the order.
func checkSignature(signature []byte) error {
	if len(signature) != 64 {
		return errors.New("a signature has 64 bytes")
	}
	r, err := decompress(signature[:32])
	if err != nil {
		return err
	}
	if small(r) {
		return errors.New("the R of a signature is of small order")
	}
	if little(signature[32:]).Cmp(orderL) >= 0 {
		return errors.New("the S of a signature is not canonical")
	}
	return nil
}

func decompress(data []byte) (point, error) {
	y := little(data)
	sign := y.Bit(255)
	y.SetBit(y, 255, 0)
	if y.Cmp(fieldP) >= 0 {
		return point{}, errors.New("a point is not canonical")
	}
	// x^2 = (y^2 - 1) / (d y^2 + 1)
	square := mulMod(y, y)
	x := new(big.Int).ModSqrt(mulMod(sub(square, one), inverse(add(mulMod(curveD, square), one))), fieldP)
	if x == nil || (x.Sign() == 0 && sign == 1) {
		return point{}, errors.New("not a point of the curve, or not canonical")
	}
	if x.Bit(0) != sign {
		x = sub(fieldP, x)
	}
	return point{x, y}, nil
}

func small(p point) bool {
	end := times(big.NewInt(8), p)
	return end.x.Sign() == 0 && end.y.Cmp(one) == 0
}

func times(k *big.Int, p point) point {
	sum := point{new(big.Int), big.NewInt(1)}
	for at := k.BitLen() - 1; at >= 0; at-- {
		sum = plus(sum, sum)
		if k.Bit(at) == 1 {
			sum = plus(sum, p)
		}
	}
	return sum
}

func plus(p, q point) point {
	cross := mulMod(curveD, mulMod(mulMod(p.x, q.x), mulMod(p.y, q.y)))
	x := mulMod(add(mulMod(p.x, q.y), mulMod(q.x, p.y)), inverse(add(one, cross)))
	y := mulMod(add(mulMod(p.y, q.y), mulMod(p.x, q.x)), inverse(sub(one, cross)))
	return point{x, y}
}

func little(data []byte) *big.Int {
	turned := make([]byte, len(data))
	for at, value := range data {
		turned[len(data)-1-at] = value
	}
	return new(big.Int).SetBytes(turned)
}

func pow2(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }

func decimal(digits string) *big.Int {
	value, _ := new(big.Int).SetString(digits, 10)
	return value
}

func add(a, b *big.Int) *big.Int { return new(big.Int).Add(a, b) }

func sub(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }

func mulMod(a, b *big.Int) *big.Int {
	product := new(big.Int).Mul(a, b)
	return product.Mod(product, fieldP)
}

func inverse(a *big.Int) *big.Int {
	return new(big.Int).ModInverse(new(big.Int).Mod(a, fieldP), fieldP)
}
